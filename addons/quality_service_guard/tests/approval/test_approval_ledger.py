import psycopg2
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestApprovalLedger(OrderReviewCommon):
    def setUp(self):
        super().setUp()
        self.order = self._make_approved_order()
        self.ledger = self.env.ref("quality_service_guard.chain_order_review").ledger_id
        self.decisions = self.env["guard.approval.decision"].search([("ledger_id", "=", self.ledger.id)], order="number")

    def _tamper(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE guard_approval_decision DISABLE TRIGGER USER")
        self.env.cr.execute(statement, values)
        self.env.cr.execute("ALTER TABLE guard_approval_decision ENABLE TRIGGER USER")
        return [(kind, number) for _ledger, kind, number in self.ledger._verify()]

    def test_whole_ledger_is_verified(self):
        self.assertEqual(len(self.decisions), 4)
        self.assertEqual(self.ledger._verify(), [])
        self.assertIn("none was changed", self.ledger.with_user(self.officer).action_verify()["params"]["message"])

    def test_ledger_survives_void_and_restart(self):
        self.order.order_line[0].product_uom_qty = 9
        kinds = self.env["guard.approval.decision"].search([("ledger_id", "=", self.ledger.id)], order="number").mapped("kind")
        self.assertEqual(kinds, ["approved"] * 4 + ["voided"] * 2)
        self.assertEqual(self.ledger._verify(), [])

    def test_altered_row_is_named(self):
        row = self.decisions[1]
        self.assertEqual(self._tamper("UPDATE guard_approval_decision SET comment = 'x' WHERE id = %s", row.id), [("altered", 2)])

    def test_removed_rows_are_named(self):
        self.assertEqual(self._tamper("DELETE FROM guard_approval_decision WHERE id = %s", self.decisions[2].id), [("removed", 3)])
        self.assertEqual(
            self._tamper("DELETE FROM guard_approval_decision WHERE id = %s", self.decisions[3].id),
            [("removed", 3), ("removed", 4)],
        )

    def test_inserted_row_is_named(self):
        columns = "request_id, res_model, res_id, document, kind, user_id, decided_on, ledger_id, hash, hash_version"
        found = self._tamper(
            f"INSERT INTO guard_approval_decision (number, {columns}) SELECT 5, {columns} FROM guard_approval_decision WHERE id = %s",  # pylint: disable=sql-injection
            self.decisions[0].id,
        )
        self.assertEqual(found, [("inserted", 5)])

    def test_database_itself_refuses_update_and_delete(self):
        for statement in ("UPDATE guard_approval_decision SET comment = 'x'", "DELETE FROM guard_approval_decision"):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_decision_is_not_written_even_as_superuser(self):
        for record in (self.decisions[0], self.decisions[0].sudo()):
            with self.assertRaises(UserError):
                record.write({"comment": "x"})
            with self.assertRaises(UserError):
                record.unlink()
