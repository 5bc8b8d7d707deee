from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .hold_common import HoldCommon


@tagged("post_install", "-at_install")
class TestHoldLot(HoldCommon):
    """Who holds and releases, lots and places, and what is written down."""

    def test_hold_and_release(self):
        self._hold(self.bad, self.good, reason="Wrong steel")
        self.assertTrue(self.bad.guard_is_held and self.good.guard_is_held)
        self.assertEqual(self.bad.guard_hold_reason, "Wrong steel")
        self._release(self.bad)
        self.assertFalse(self.bad.guard_is_held or self.bad.guard_hold_reason)
        bodies = self.bad.message_ids.mapped("body")
        self.assertIn("Released: Measured again", bodies[0])
        self.assertIn("Held: Wrong steel", bodies[1])
        self.assertEqual(self.bad.message_ids[0].author_id, self.quality.partner_id)

    def test_only_once(self):
        self._hold(self.bad)
        with self.assertRaisesRegex(UserError, "held already"):
            self._hold(self.bad)
        with self.assertRaisesRegex(UserError, "not held"):
            self._release(self.good)

    def test_reason_is_asked(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self._hold(self.bad, reason="  ")

    def test_rights(self):
        for user in (self.storekeeper, self.chief, self.operator, self.seller, self.officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.bad.with_user(user).action_guard_hold()
        self.bad.with_user(self.manager).action_guard_hold()

    def test_rights_of_the_wizard(self):
        with self.assertRaises(AccessError):
            self.env["guard.lot.hold"].with_user(self.storekeeper).create({"lot_ids": self.bad.ids, "reason": "x"})
        wizard = self.env["guard.lot.hold"].with_user(self.quality).create({"lot_ids": self.bad.ids, "reason": "x"})
        with self.assertRaises(AccessError):
            wizard.with_user(self.storekeeper).action_apply()
        with self.assertRaises(AccessError):
            wizard.sudo().with_user(self.storekeeper).sudo().action_apply()

    def test_sealed(self):
        self._hold(self.bad)
        for lot in (self.bad.with_user(self.storekeeper), self.bad.with_user(self.quality).sudo(), self.bad.sudo()):
            for values in ({"guard_is_held": False}, {"guard_hold_reason": "none"}):
                with self.subTest(values=values), self.assertRaisesRegex(UserError, "buttons only"):
                    lot.write(values)
        with self.assertRaisesRegex(UserError, "buttons only"):
            self.env["stock.lot"].create({"name": "X", "product_id": self.oil.id, "guard_is_held": True})
        lots = self.env["stock.lot"].with_context(default_guard_is_held=True, default_guard_hold_reason="x")
        born = lots.create({"name": "X", "product_id": self.oil.id})
        self.assertFalse(born.guard_is_held or born.guard_hold_reason)
        self.assertFalse(self.bad.copy({"name": "Y"}).guard_is_held)

    def test_quality_reads_lots_and_changes_none(self):
        self._hold(self.bad)
        lot = self.bad.with_user(self.quality)
        views = (
            self.env["stock.lot"]
            .with_user(self.quality)
            .get_views(
                [
                    (self.env.ref(f"quality_service_guard.stock_lot_view_{kind}_hold").id, kind)
                    for kind in ("list", "form")
                ]
            )
        )
        names = set(views["models"]["stock.lot"]["fields"]) & set(lot._fields)
        self.assertTrue(
            lot.read(
                sorted(
                    names & {"name", "product_id", "guard_is_held", "guard_hold_reason", "product_qty", "location_id"}
                )
            )
        )
        with Form(lot, view="quality_service_guard.stock_lot_view_form_hold") as form:
            self.assertTrue(form.guard_is_held)
        with self.assertRaises(AccessError):
            lot.name = "OTHER"

    def test_other_company_holds_nothing_of_ours(self):
        self.bad.company_id = self.company
        stranger = self._make_foreigner("base.group_user,quality_service_guard.group_review_quality")
        with self.assertRaises(AccessError):
            self.bad.with_user(stranger).action_guard_hold()

    # Places

    def test_quarantine_of_warehouse(self):
        self.assertEqual(self.warehouse.guard_quarantine_id, self.quarantine)
        self.assertEqual(self.warehouse._guard_get_quarantine(), self.quarantine)
        self.assertEqual(self.quarantine.location_id, self.warehouse.view_location_id)
        self.assertEqual((self.quarantine.usage, self.quarantine.company_id), ("internal", self.company))
        self.assertTrue(self.quarantine.guard_is_quarantine)
        self.quarantine.active = False
        again = self.warehouse.with_user(self.storekeeper)._guard_get_quarantine()
        self.assertNotEqual(again, self.quarantine, "an archived place is none")

    def test_below_and_beside(self):
        cage = self.env["stock.location"].create({"name": "Cage", "location_id": self.quarantine.id})
        inner = self.env["stock.location"].create({"name": "Inner", "location_id": cage.id})
        places = cage | inner | self.quarantine | self.stock | self.shelf
        self.assertEqual(places._guard_in_quarantine(), cage | inner | self.quarantine)
        with self.assertQueryCount(3):
            self.env.flush_all()
            self.env.invalidate_all()
            places._guard_in_quarantine()

    def test_who_says_what_is_quarantine(self):
        self.shelf.with_user(self.chief).guard_is_quarantine = True
        self.shelf.with_user(self.chief).guard_is_quarantine = False
        self.shelf.with_user(self.quality).action_guard_toggle_quarantine()
        self.assertTrue(self.shelf.guard_is_quarantine)
        self.shelf.with_user(self.manager).action_guard_toggle_quarantine()
        self.assertFalse(self.shelf.guard_is_quarantine)
        for user in (self.storekeeper, self.operator, self.seller):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.shelf.with_user(user).action_guard_toggle_quarantine()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.shelf.with_user(user).guard_is_quarantine = True

    def test_nothing_is_kept_at_the_customers(self):
        """Held goods may be brought to quarantine, so no way out of the house can be one."""
        with self.assertRaisesRegex(ValidationError, "nothing is kept there"):
            self.customers.guard_is_quarantine = True
        below = self.env["stock.location"].create(
            {"name": "Out", "location_id": self.quarantine.id, "usage": "customer"}
        )
        self.assertFalse(below._guard_takes_in_held())

    def test_only_quality_ends_a_quarantine_with_goods(self):
        self._stock(self.steel, 5, self.quarantine)
        place = self.quarantine.with_user(self.chief)
        with self.assertRaisesRegex(AccessError, "without inspection"), self.env.cr.savepoint():
            place.guard_is_quarantine = False
        with self.assertRaisesRegex(AccessError, "without inspection"), self.env.cr.savepoint():
            place.action_guard_toggle_quarantine()
        cage = self.env["stock.location"].create({"name": "Cage", "location_id": self.quarantine.id})
        self._stock(self.steel, 5, cage)
        with self.assertRaisesRegex(AccessError, "without inspection"), self.env.cr.savepoint():
            cage.with_user(self.chief).location_id = self.stock
        self.quarantine.with_user(self.quality).action_guard_toggle_quarantine()
        self.assertFalse(self.quarantine.guard_is_quarantine)

    def test_known_holds(self):
        quants = self.env["stock.quant"]
        self.assertEqual(quants._guard_holds(), (False, (self.quarantine.id,)))
        self._hold(self.bad)
        self.assertTrue(quants._guard_holds().lots)
        self._release(self.bad)
        self.assertFalse(quants._guard_holds().lots)
        self.quarantine.guard_is_quarantine = False
        self.assertEqual(quants._guard_holds(), (False, ()))
        place = quants.env["stock.location"].create(
            {"name": "Q", "location_id": self.stock.id, "guard_is_quarantine": True}
        )
        self.assertEqual(quants._guard_holds().places, (place.id,))
        place.unlink()
        self.assertEqual(quants._guard_holds().places, ())

    def test_quants_are_found(self):
        self._hold(self.bad)
        self._stock(self.steel, 5, self.quarantine)
        quants = self.env["stock.quant"].with_user(self.storekeeper)
        held = quants.search([("guard_is_held", "=", True), ("location_id.usage", "=", "internal")])
        self.assertEqual(held.mapped("guard_is_held"), [True, True])
        self.assertEqual((held.lot_id, held.product_id), (self.bad, self.oil | self.steel))
        free = quants.search([("guard_is_held", "=", False), ("product_id", "=", self.oil.id)])
        self.assertEqual(free.lot_id, self.good)
        self.assertFalse(free.guard_is_held)

    def test_views(self):
        """Who meets a lot, a place or stock sees whether it is held; quality has the buttons."""
        buttons = ("action_guard_hold", "action_guard_release")
        for model, kind, user, names in (
            ("stock.lot", "form", self.quality, ("guard_hold_reason", *buttons)),
            ("stock.lot", "list", self.quality, ("guard_hold_reason", *buttons)),
            ("stock.lot", "form", self.storekeeper, ("guard_hold_reason",)),
            ("stock.lot", "kanban", self.storekeeper, ("guard_hold_reason",)),
            ("stock.lot", "search", self.storekeeper, ("guard_held",)),
            ("stock.location", "form", self.chief, ("guard_is_quarantine",)),
            ("stock.location", "form", self.quality, ("action_guard_toggle_quarantine",)),
            ("stock.location", "list", self.chief, ("guard_is_quarantine",)),
            ("stock.quant", "list", self.storekeeper, ("guard_is_held",)),
            ("stock.quant", "search", self.storekeeper, ("guard_held",)),
        ):
            arch = self.env[model].with_user(user).get_views([(False, kind)])["views"][kind]["arch"]
            for name in names:
                with self.subTest(model=model, kind=kind, name=name):
                    self.assertIn(f'name="{name}"', arch)
            if user == self.storekeeper:
                self.assertNotIn('name="action_guard_hold"', arch)
