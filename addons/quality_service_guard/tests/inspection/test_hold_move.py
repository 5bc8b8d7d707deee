from odoo.tests import tagged

from .hold_common import HoldCommon


@tagged("post_install", "-at_install")
class TestHoldMove(HoldCommon):
    """Held goods are moved by no flow."""

    def test_validate_refused(self):
        picking = self._ship_reserved_then_hold()
        with self.assertHeld("BAD is held"):
            self._done(picking)
        self.assertNotEqual(picking.state, "done")

    def test_validate_released(self):
        picking = self._ship_reserved_then_hold()
        self._release(self.bad)
        self._done(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._on_hand(lot=self.bad), 5)
