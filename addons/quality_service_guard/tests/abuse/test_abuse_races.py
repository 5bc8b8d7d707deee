from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..approval.test_approval_concurrency import TestApprovalConcurrency as Race


@tagged("post_install", "-at_install", "database_breaking")
class TestAbuseRaces(Race):
    """Cases 17 to 19: the same button twice at once, a button and its contrary."""

    test_two_departments_decide_in_the_same_second = None  # those of the parent run there
    test_edit_meets_an_approval = None

    def _check(self, check):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            check(env["guard.approval.request"].browse(self.request_id))

    def _second(self, login, group):
        """A second person of a department."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            user = new_test_user(env, f"{login}_{self.request_id}", f"base.group_user,quality_service_guard.{group}")
            self.users[login] = user.id

    def assertClear(self, errors, *words):
        """The loser is told in words, never by a crash."""
        for error in errors:
            self.assertIsInstance(error, UserError)
            self.assertTrue(any(word in str(error) for word in words), str(error))

    def test_d3_17_two_of_one_department_approve_at_once_and_one_decision_counts(self):
        self._second("race_quality2", "group_review_quality")
        errors = self._race(("race_quality", self._approve), ("race_quality2", self._approve))
        self.assertEqual(len(errors), 1)
        self.assertClear(errors, "not for you", "already decided")

        def check(request):
            decided = request.decision_ids.filtered(lambda decision: decision.aspect == "quality")
            self.assertEqual(len(decided), 1)
            self.assertEqual(len(request.step_ids.approved_by_ids), 1)
            self.assertEqual(request.chain_id.ledger_id._verify(), [])

        self._check(check)

    def test_d3_18_one_person_clicks_five_times_at_once_and_one_decision_counts(self):
        errors = self._race(*[("race_quality", self._approve)] * 5)
        self.assertEqual(len(errors), 4)
        self.assertClear(errors, "not for you", "already decided", "given your opinion")
        self._check(lambda request: self.assertEqual(len(request.decision_ids), 1))

    def test_d3_19_approval_meets_a_rejection(self):
        self._second("race_quality2", "group_review_quality")

        def reject(env):
            env["guard.approval.request"].browse(self.request_id).action_reject("No gauge")

        errors = self._race(("race_quality", self._approve), ("race_quality2", reject))
        self.assertLessEqual(len(errors), 1)
        self.assertClear(errors, "not for you", "already decided")

        def check(request):
            kinds = request.decision_ids.mapped("kind")
            self.assertIn((request.state, kinds), [("rejected", ["rejected"]), ("pending", ["approved"])])
            self.assertEqual(request.chain_id.ledger_id._verify(), [])

        self._check(check)

    def test_d3_19_approval_meets_the_review_being_taken_back(self):
        def take_back(env):
            review = env["sale.order"].browse(self.order_id).guard_review_id
            review.action_supersede()

        errors = self._race(("race_quality", self._approve), ("race_seller", take_back))
        self.assertLessEqual(len(errors), 1)
        self.assertClear(errors, "already decided", "not for you", "decided and cannot")

        def check(request):
            review = request._get_document()
            self.assertEqual((review.state, request.state), ("superseded", "withdrawn"))
            self.assertIn(
                request.decision_ids.sorted("number").mapped("kind"), [["withdrawn"], ["approved", "withdrawn"]]
            )
            self.assertFalse(request.step_ids.filtered(lambda step: step.state == "pending"))
            self.assertEqual(request.chain_id.ledger_id._verify(), [])

        self._check(check)

    def test_d3_19_one_permit_is_used_by_one_of_two(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            guard = "quality_service_guard.group_guard_deviation"
            officer = new_test_user(env, f"race_officer_{self.request_id}", f"base.group_user,{guard}")
            self.users["race_officer"] = officer.id
            gate = env.ref("quality_service_guard.gate_order_review")
            deviation = (
                env["guard.deviation"]
                .with_user(self.users["race_seller"])
                .create({"gate_id": gate.id, "res_id": self.order_id, "reason": "x"})
            )
            deviation.with_user(officer).action_grant()

        def confirm(env):
            env["sale.order"].browse(self.order_id).write({"state": "sale"})

        def confirm_and_back(env):
            order = env["sale.order"].browse(self.order_id)
            if order.state != "sale":
                order.write({"state": "sale"})
                order.write({"state": "draft"})

        errors = self._race(("race_seller", confirm), ("race_sales", confirm_and_back))
        self.assertLessEqual(len(errors), 1)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            permit = env["guard.deviation"].browse(deviation.id)
            self.assertEqual(permit.state, "used")
            self.assertEqual(
                permit.used_quantity, env["sale.order"].browse(self.order_id)._guard_quantity("order_review")
            )
