from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install", "database_breaking")
class TestGateCache(BaseCase):
    """Modes are kept in memory; what is kept must not outlive a change that was under way when it was read."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._set_in_force, False)

    def _open(self):
        cr = self.registry.cursor()
        return cr, api.Environment(cr, SUPERUSER_ID, {})

    def _set_in_force(self, in_force):
        cr, env = self._open()
        with cr:
            env.ref("quality_service_guard.clause_2_1_1").in_force = in_force

    def _read_mode(self):
        cr, env = self._open()
        with closing(cr):
            return env["guard.gate"]._mode("order_review", env.company)

    def test_mode_read_while_the_policy_is_put_in_force_does_not_stay(self):
        self._set_in_force(False)
        self.assertEqual(self._read_mode(), "off")
        cr, env = self._open()
        with cr:
            env.ref("quality_service_guard.clause_2_1_1").in_force = True
            env.flush_all()
            self.assertEqual(self._read_mode(), "off", "not committed yet, and now in memory")
        self.assertEqual(self._read_mode(), "block")
