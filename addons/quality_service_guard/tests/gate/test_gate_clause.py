from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.gates import declared_gates
from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestGateClause(OrderReviewCommon):
    def test_every_declared_gate_is_a_record_and_every_record_is_declared(self):
        declared = {asked.code for model in self.env.registry.values() for asked in declared_gates(model)}
        declared -= {"toy_nobody_knows"}  # what the tests' own addon declares for the sake of its absence
        self.assertEqual(declared, set(self.env["guard.gate"].search([]).mapped("code")))

    def test_nothing_is_in_force_in_a_new_company(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(self.env["guard.clause"].with_company(company).search([("in_force", "=", True)]))
        self.assertEqual(self.env["guard.gate"]._mode("order_review", company), "off")

    def test_mode_is_kept_for_each_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.clause.with_company(other).in_force = True
        self.gate.with_company(other).mode = "warn"
        self.assertEqual(self.env["guard.gate"]._mode("order_review", self.company), "block")
        self.assertEqual(self.env["guard.gate"]._mode("order_review", other), "warn")
        self.assertEqual(self.env["guard.gate"]._mode("order_review", self.env["res.company"]), "block")

    def test_modes_cost_no_query_once_known(self):
        self.env["guard.gate"]._modes()
        with self.assertQueryCount(0):
            for _times in range(100):
                self.env["guard.gate"]._mode("order_review", self.company)

    def test_only_the_administrator_puts_clauses_in_force(self):
        for user in (self.seller, self.officer):
            with self.assertRaises(AccessError):
                self.clause.with_user(user).write({"in_force": False})
            with self.assertRaises(AccessError):
                self.gate.with_user(user).write({"mode": "warn"})
        for values in ({"in_force": False}, {"number": "9.9"}, {"evidence_domain": "[]"}):
            with self.assertRaises(UserError):
                self.clause.with_user(self.manager).write(values)
        with self.assertRaises(UserError):
            self.gate.with_user(self.manager).write({"model": "res.partner"})
        self.clause.with_user(self.manager)._set_in_force(False, "New plant")
        self.assertEqual(self.env["guard.gate"]._mode("order_review", self.company), "off")

    def test_policy_is_suspended_with_a_reason_that_stays_on_record(self):
        action = self.clause.with_user(self.manager).action_suspend()
        wizard = self.env["guard.policy.wizard"].with_user(self.manager).browse(action["res_id"])
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.reason = "New plant moves in"
        wizard.action_apply()
        self.assertFalse(self.clause.in_force)
        self.assertIn("New plant moves in", self.clause.message_ids[0].body)

    def test_preview_counts_what_would_be_stopped(self):
        self.clause.in_force = False
        order = self._make_order()
        action = self.clause.with_user(self.manager).action_enforce()
        wizard = self.env["guard.policy.wizard"].with_user(self.manager).browse(action["res_id"])
        waiting = self.env["sale.order"].search_count(
            [("state", "in", ("draft", "sent")), ("company_id", "=", self.company.id)]
        )
        self.assertIn(f"today: {waiting}.", wizard.preview)
        self.assertTrue(order)
        wizard.action_apply()
        self.assertTrue(self.clause.in_force)

    def test_evidence_counts_what_it_opens(self):
        review = self._make_review()
        self._sign(review)
        clause = self.clause.with_user(self.manager)
        action = clause.action_open_evidence()
        found = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
        self.assertIn(review, found)
        self.assertEqual(clause.evidence_count, len(found))
        self.assertEqual(clause.evidence_last_date, max(found.mapped("decided_on")))

    def test_clauses_and_gates_are_not_deleted(self):
        for record in (self.clause, self.gate):
            with self.assertRaises(UserError):
                record.unlink()
