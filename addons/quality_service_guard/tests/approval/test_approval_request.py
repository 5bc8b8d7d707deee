from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestApprovalRequest(OrderReviewCommon):
    """Regression traps of approvals, each a test."""

    def test_requester_cannot_approve_own_order_even_as_superuser(self):
        self.seller.group_ids |= self.env.ref("quality_service_guard.group_review_sales")
        review = self._make_review()
        for request in (review.with_user(self.seller), review.with_user(self.seller).sudo()):
            with self.assertRaises(UserError) as caught:
                request.approval_request_id.action_approve()
            self.assertIn("does not approve", str(caught.exception))

    def test_one_person_gives_one_opinion(self):
        self.sales.group_ids |= self.env.ref("quality_service_guard.group_review_production")
        review = self._make_review()
        self._sign(review, self.sales)
        with self.assertRaises(UserError) as caught:
            review.with_user(self.sales).approval_request_id.action_approve()
        self.assertIn("one person gives one opinion", str(caught.exception))

    def test_last_editor_does_not_approve_the_edit(self):
        order = self._make_approved_order()
        order.with_user(self.sales).order_line[0].price_unit = 50
        step = order.guard_review_id.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == "sales")
        self.assertEqual((step.state, step.asked_user_id.id), ("pending", False))
        with self.assertRaises(UserError) as caught:
            order.guard_review_id.with_user(self.sales).approval_request_id.action_approve()
        self.assertIn("edited", str(caught.exception))

    def test_who_edited_before_somebody_else_does_not_approve_either(self):
        order = self._make_approved_order()
        order.with_user(self.sales).order_line[0].price_unit = 50
        order.with_user(self.seller).order_line[1].price_unit = 60
        with self.assertRaises(UserError) as caught:
            order.guard_review_id.with_user(self.sales).approval_request_id.action_approve()
        self.assertIn("you edited", str(caught.exception))

    def test_zero_approvers_is_an_error(self):
        self.quality.group_ids -= self.env.ref("quality_service_guard.group_review_quality")
        with self.assertRaises(UserError) as caught:
            self._make_review()
        self.assertIn("nobody can be asked for Quality", str(caught.exception))

    def test_archived_approver_does_not_count(self):
        self.quality.active = False
        with self.assertRaises(UserError):
            self._make_review()

    def test_no_chain_is_an_error(self):
        self.env["guard.approval.chain"].search([("model", "=", "guard.order.review")]).active = False
        with self.assertRaises(UserError) as caught:
            self._make_review()
        self.assertIn("no approval chain fits", str(caught.exception))

    def test_one_person_for_two_departments_is_not_enough(self):
        self.quality.group_ids -= self.env.ref("quality_service_guard.group_review_quality")
        self.engineering.group_ids |= self.env.ref("quality_service_guard.group_review_quality")
        with self.assertRaises(UserError) as caught:
            self._make_review()
        self.assertIn("different people", str(caught.exception))

    def test_changed_chain_leaves_running_requests_alone(self):
        review = self._make_review()
        self.env.ref("quality_service_guard.chain_order_review_quality").unlink()
        self.assertEqual(len(review.approval_request_id.step_ids), 4)
        self._sign(review, self.sales, self.production, self.engineering)
        self.assertEqual(review.state, "in_review")
        self._sign(review, self.quality)
        self.assertEqual(review.state, "approved")

    def test_steps_of_a_later_order_wait(self):
        self.env.ref("quality_service_guard.chain_order_review_sales").sequence = 20
        review = self._make_review()
        self.assertStates(review, sales="waiting", production="pending", engineering="pending", quality="pending")
        with self.assertRaises(UserError):
            review.with_user(self.sales).approval_request_id.action_approve()
        self._sign(review, self.production, self.engineering, self.quality)
        self.assertStates(review, sales="pending", production="approved", engineering="approved", quality="approved")

    def test_step_that_wants_two_people_gets_two(self):
        second = new_test_user(self.env, "producer2", "base.group_user,quality_service_guard.group_review_production")
        self.env.ref("quality_service_guard.chain_order_review_production").minimum = 2
        review = self._make_review()
        self._sign(review)
        self.assertEqual(review.state, "in_review")
        self._sign(review, second)
        self.assertEqual(review.state, "approved")

    def test_opinion_of_somebody_who_has_left_since_still_counts(self):
        second = new_test_user(self.env, "producer2", "base.group_user,quality_service_guard.group_review_production")
        self.env.ref("quality_service_guard.chain_order_review_production").minimum = 2
        review = self._make_review()
        self._sign(review)
        self.production.active = False
        review.invalidate_recordset()
        self._sign(review, second)
        self.assertEqual(review.state, "approved")

    def test_whoever_of_the_group_decides_closes_the_duty(self):
        second = new_test_user(self.env, "producer2", "base.group_user,quality_service_guard.group_review_production")
        review = self._make_review()
        asked = review.approval_request_id.step_ids.filtered(lambda step: step.aspect == "production").asked_user_id
        self._sign(review, (self.production | second) - asked)
        self.assertFalse(self.env["mail.activity"].search([("user_id", "=", asked.id), ("res_id", "=", review.id)]))

    def test_decided_twice_counts_once(self):
        review = self._make_review()
        self._sign(review, self.quality)
        with self.assertRaises(UserError):
            review.with_user(self.quality).approval_request_id.action_approve()
        decisions = review.approval_request_id.decision_ids.filtered(lambda d: d.user_id == self.quality)
        self.assertEqual(len(decisions), 1)

    def test_many_are_decided_at_once_and_the_rest_is_reported(self):
        reviews = self._make_review() | self._make_review() | self._make_review()
        for review in reviews[:2]:
            review.with_user(self.quality).action_answer_ok()
        result = reviews.with_user(self.quality).approval_request_id.action_approve()
        self.assertIn("2 decided, 1 skipped", result["params"]["title"])
        self.assertIn(reviews[2].sudo().approval_request_id.document, result["params"]["message"])

    def test_stale_page_is_not_approved(self):
        review = self._make_review()
        review.with_user(self.quality).action_answer_ok()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET name = 'other' WHERE id = %s", [review.order_id.order_line[0].id]
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError) as caught:
            review.with_user(self.quality).approval_request_id.action_approve()
        self.assertIn("changed a moment ago", str(caught.exception))

    def test_change_by_sql_is_seen_by_the_gate(self):
        order = self._make_approved_order()
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order_line SET price_unit = 1 WHERE order_id = %s", [order.id])
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_nobody_writes_requests_steps_or_decisions(self):
        review = self._make_review()
        request = review.approval_request_id
        for user in (self.seller, self.quality, self.manager, self.env.ref("base.user_admin")):
            for record, values in (
                (request, {"state": "approved"}),
                (request.step_ids[0], {"state": "approved"}),
                (request, {"step_ids": [Command.clear()]}),
            ):
                with self.assertRaises(UserError):
                    record.with_user(user).write(values)
                with self.assertRaises(UserError):
                    record.with_user(user).sudo().write(values)
                with self.assertRaises(UserError):
                    record.with_user(user).unlink()
        with self.assertRaises(UserError):
            self.env["guard.approval.decision"].sudo().create(
                {"request_id": request.id, "kind": "approved", "user_id": self.quality.id}
            )

    def test_outsider_decides_nothing(self):
        plain = new_test_user(self.env, "plain", "base.group_user")
        portal = new_test_user(self.env, "portal", "base.group_portal")
        request = self._make_review().approval_request_id
        for user in (plain, portal):
            with self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        with self.assertRaises(UserError):
            request.with_user(self.officer).action_approve()

    def test_whoever_reads_a_document_sees_who_is_asked_about_it(self):
        review = self._make_review()
        mate = new_test_user(self.env, "mate", "base.group_user,sales_team.group_sale_salesman_all_leads")
        seen = review.with_user(mate).web_read({"approval_step_ids": {"fields": {"state": {}, "display_name": {}}}})
        self.assertEqual([step["state"] for step in seen[0]["approval_step_ids"]], ["pending"] * 4)
        self.assertEqual(self.env["guard.approval.request"].with_user(mate).search([]), review.approval_request_id)

    def test_whoever_does_not_read_a_document_sees_nothing_of_its_approval(self):
        request = self._make_review().approval_request_id
        alone = new_test_user(self.env, "alone", "base.group_user,sales_team.group_sale_salesman")
        for records in request, request.step_ids:
            self.assertFalse(records.with_user(alone).search([]))
            with self.assertRaises(AccessError):
                records.with_user(alone).read(["state"])

    def test_waits_for_me_is_found_and_counted_alike(self):
        review = self._make_review()
        for user, expected in ((self.quality, True), (self.seller, False), (self.officer, False)):
            request = review.approval_request_id.with_user(user)
            found = request.search([("is_mine", "=", True), ("id", "=", request.id)])
            self.assertEqual((bool(found), request.is_mine), (expected, expected), user.login)

    def test_what_is_judged_is_told_line_by_line(self):
        order = self._make_order(payment_term_id=self.env.ref("account.account_payment_term_30days").id)
        order.order_line[0].write({"price_unit": 1234.5, "discount": 10, "customer_lead": 7})
        order.order_line[1].guard_quality_requirement = "Rz 4"
        order.order_line[1].name = "Shaft\nhardened"
        judged = {step.aspect: step.judged for step in self._make_review(order).approval_request_id.step_ids}
        sales = judged["sales"].splitlines()
        self.assertIn("Customer: Customer", sales)
        self.assertIn("Payment Terms: 30 Days", sales)
        self.assertEqual(sales[-2:], ["Bearing: 5 Units at 1,234.50, discount 10 %", "Shaft: 2 Units at 100.00"])
        self.assertEqual(judged["production"].splitlines()[-2:], ["Bearing: 5 Units, delivery 7 days", "Shaft: 2 Units"])
        self.assertEqual(judged["engineering"], "Bearing\nShaft: hardened")
        self.assertEqual(judged["quality"], "Bearing\nShaft: hardened, Quality Requirement Rz 4")
        order.order_line[0].unlink()
        order.guard_review_id.approval_request_id.step_ids.invalidate_recordset()
        self.assertNotIn("Bearing", order.guard_review_id.approval_request_id.step_ids[0].judged)
