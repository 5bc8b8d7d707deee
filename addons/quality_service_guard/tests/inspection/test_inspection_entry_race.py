import uuid

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from ..approval import test_approval_concurrency as racing


@tagged("post_install", "-at_install", "database_breaking")
class TestInspectionEntryRace(BaseCase):
    """Two people at the readings of one lot, in two real transactions; what the test committed is archived."""

    _race = racing.TestApprovalConcurrency._race

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US", "tracking_disable": True})
            mark = uuid.uuid4().hex[:8]
            quality = "base.group_user,quality_service_guard.group_review_quality"
            people = [new_test_user(env, f"race_{name}_{mark}", quality) for name in ("anna", "bert")]
            self.users = dict(zip(("anna", "bert"), [user.id for user in people], strict=True))
            env.ref("quality_service_guard.clause_2_2_3").in_force = True
            self.addCleanup(self._clean)
            self._make_inspection(env(user=people[0]), mark)

    def _make_inspection(self, env, mark):
        """One unit and one diameter to read, of a receipt."""
        product = env["product.product"].sudo().create({"name": f"Racing bar {mark}", "is_storable": True})
        line = {"name": "Diameter", "kind": "measured", "lower_limit": 59.9, "upper_limit": 60.1}
        subject = {"product_tmpl_id": product.product_tmpl_id.id}
        spec = env["guard.inspection.spec"].create(
            {"name": product.name, **subject, "characteristic_ids": [Command.create(line)]}
        )
        spec.action_put_in_force()
        point = env["guard.control.point"].create({"name": product.name, "occasion": "receipt", **subject})
        kind = env["stock.warehouse"].sudo().search([("company_id", "=", env.company.id)], limit=1).in_type_id
        receipt = env["stock.picking"].sudo().create(
            {
                "picking_type_id": kind.id,
                "location_id": env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": kind.default_location_dest_id.id,
                "move_ids": [Command.create({"product_id": product.id, "product_uom_qty": 10})],
            }
        )
        receipt.action_confirm()
        inspection = env["guard.inspection"].search([("picking_id", "=", receipt.id)])
        inspection.action_start()
        self.point_id, self.inspection_id, self.reading_id = point.id, inspection.id, inspection.reading_ids.id

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.ref("quality_service_guard.clause_2_2_3").in_force = False
            env["guard.control.point"].browse(self.point_id).active = False
            env["res.users"].browse(self.users.values()).write({"active": False})

    def _enter(self, env, text, seen=False, **entry):
        inspection = env["guard.inspection"].browse(self.inspection_id)
        return inspection.enter_readings([{"id": self.reading_id, "text": text, "seen": seen, **entry}])

    def _read(self, env):
        return env["guard.inspection.reading"].browse(self.reading_id), env["guard.inspection"].browse(self.inspection_id)

    def test_one_of_two_who_enter_at_once_is_told(self):
        answers = []

        def enter(text):
            return lambda env: answers.append((text, self._enter(env, text)))

        self.assertFalse(self._race(("anna", enter("60.01")), ("bert", enter("60.02"))))
        with self.registry.cursor() as cr:
            reading, _inspection = self._read(api.Environment(cr, SUPERUSER_ID, {}))
            kept = [text for text, answer in answers if not answer["conflicts"]]
            # who had to begin again found the other's value: one is kept, the other told
            self.assertIn(f"{reading.value:g}", kept)
            self.assertEqual([answer["conflicts"][0]["text"] for _text, answer in answers if answer["conflicts"]], [
                "60.02" if reading.value == 60.01 else "60.01"
            ])

    def test_lot_is_never_accepted_on_a_reading_that_was_just_replaced(self):
        with self.registry.cursor() as cr:
            self._enter(api.Environment(cr, self.users["anna"], {}), "60")
        errors = self._race(
            ("anna", lambda env: env["guard.inspection"].browse(self.inspection_id).action_pass()),
            ("bert", lambda env: self._enter(env, "61", force=True)),
        )
        self.assertEqual(len(errors), 1)
        with self.registry.cursor() as cr:
            reading, inspection = self._read(api.Environment(cr, SUPERUSER_ID, {}))
            self.assertIn((inspection.state, reading.value), [("passed", 60.0), ("in_progress", 61.0)])
