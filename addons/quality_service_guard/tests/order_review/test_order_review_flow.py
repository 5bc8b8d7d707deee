from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewFlow(OrderReviewCommon):
    def test_review_asks_four_departments(self):
        review = self._make_review()
        self.assertEqual((review.state, len(review.line_ids)), ("in_review", 2))
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="pending")
        for user in self.approvers:
            duty = self.env["mail.activity"].search([("user_id", "=", user.id), ("res_id", "=", review.id), ("res_model", "=", review._name)])
            self.assertEqual(duty.guard_clause_id, self.clause)
            self.assertTrue(duty.guard_deadline)

    def test_who_must_approve_is_shown_before_asking(self):
        action = self._make_order().action_guard_ask_review()
        explanation = self.env["guard.order.review"].browse(action["res_id"]).approval_explanation
        for word in ("Sales", "Production", "Engineering", "Quality", self.quality.name):
            self.assertIn(word, explanation)

    def test_department_that_has_not_answered_does_not_approve(self):
        review = self._make_review()
        with self.assertRaises(UserError) as caught:
            review.with_user(self.production).approval_request_id.action_approve()
        self.assertIn("is not answered", str(caught.exception))

    def test_only_the_department_asked_answers_its_question(self):
        review = self._make_review()
        with self.assertRaises(UserError):
            review.line_ids[0].with_user(self.production).specification_answer = "ok"
        review.line_ids[0].with_user(self.engineering).specification_answer = "ok"
        self.assertEqual(review.line_ids[0].specification_user_id, self.engineering)
        with self.assertRaises(UserError):
            review.line_ids[0].with_user(self.engineering).write({"specification_user_id": self.quality.id})

    def test_problem_opens_an_issue_that_holds_every_approval(self):
        review = self._make_review()
        line = review.line_ids[0]
        line.with_user(self.production).write({"delivery_answer": "problem", "delivery_evidence": "Lathe 2 is full"})
        issue = review.issue_ids
        self.assertEqual((issue.state, issue.user_id, issue.description), ("open", self.seller, "Lathe 2 is full"))
        review.with_user(self.quality).action_answer_ok()
        with self.assertRaises(UserError) as caught:
            review.with_user(self.quality).approval_request_id.action_approve()
        self.assertIn("issues are open", str(caught.exception))
        with self.assertRaises(UserError):
            issue.with_user(self.production).action_settle()
        issue.with_user(self.seller).answer = "The customer takes it a week later."
        with self.assertRaises(UserError):
            issue.with_user(self.seller).action_settle()
        issue.with_user(self.production).action_settle()
        review.with_user(self.production).action_answer_ok()
        with self.assertRaises(UserError) as caught:
            review.with_user(self.production).approval_request_id.action_approve()
        self.assertIn("is a problem", str(caught.exception))
        line.with_user(self.production).delivery_answer = "changed"
        self._sign(review)
        self.assertEqual(review.state, "approved")

    def test_edited_quantity_voids_sales_and_production_only(self):
        order = self._make_approved_order()
        review = order.guard_review_id.with_env(self.env)
        order.order_line[0].product_uom_qty = 6
        self.assertEqual(review.state, "in_review")
        self.assertStates(review, sales="pending", production="pending", engineering="approved", quality="approved")
        step = review.approval_request_id.step_ids.filtered(lambda step: step.aspect == "production")
        self.assertIn("Quantity 5 → 6", step.change)
        line = review.line_ids.filtered(lambda line: line.product_id == self.bearing)
        other = review.line_ids - line
        self.assertEqual((line.quantity_answer, line.specification_answer), (False, "ok"))
        self.assertEqual(other.quantity_answer, "ok")
        with self.assertRaises(UserError):
            order.action_confirm()
        self._sign(review, self.sales, self.production)
        self.assertEqual(review.state, "approved")
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [6, 2])

    def test_edited_price_voids_sales_only(self):
        order = self._make_approved_order()
        order.order_line[0].price_unit = 1
        self.assertStates(order.guard_review_id, sales="pending", production="approved", engineering="approved", quality="approved")

    def test_added_line_is_seen_by_all(self):
        order = self._make_approved_order()
        self.env["sale.order.line"].with_user(self.seller).create({"order_id": order.id, "product_id": self.shaft.id})
        review = order.guard_review_id.with_env(self.env)
        self.assertEqual(set(review.approval_request_id.step_ids.mapped("state")), {"pending"})
        self.assertEqual(len(review.line_ids), 3)

    def test_removed_line_is_seen(self):
        order = self._make_approved_order()
        order.order_line[1].unlink()
        self.assertEqual(order.guard_review_id.state, "in_review")

    def test_section_and_note_disturb_nobody(self):
        order = self._make_approved_order()
        order.write({"order_line": [Command.create({"display_type": "line_note", "name": "Thank you"})]})
        self.assertEqual(order.guard_review_id.state, "approved")

    def test_edit_of_a_confirmed_order_ships_only_when_approved(self):
        order = self._make_approved_order()
        order.action_confirm()
        line = order.order_line[0]
        line.product_uom_qty = 8
        self.assertEqual(line.move_ids.product_uom_qty, 5)
        review = order.guard_review_id.with_env(self.env)
        self.assertStates(review, sales="pending", production="pending", engineering="approved", quality="approved")
        self._sign(review, self.sales, self.production)
        self.assertEqual(sum(line.move_ids.mapped("product_uom_qty")), 8)

    def test_rejected_review_is_followed_by_a_new_revision(self):
        review = self._make_review()
        request = review.with_user(self.quality).approval_request_id
        with self.assertRaises(UserError):
            request.action_reject("")
        request.action_reject("No gauge for this tolerance")
        self.assertEqual(review.state, "rejected")
        self.assertStates(review, sales="withdrawn", production="withdrawn", engineering="withdrawn", quality="rejected")
        self.assertFalse(self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)]))
        order = review.order_id.with_user(self.seller)
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        self.assertIn("No gauge for this tolerance", str(caught.exception))
        again = self._make_review(order)
        self.assertEqual((again.revision, review.state), (2, "superseded"))

    def test_order_without_products_is_not_reviewed(self):
        order = self._make_order(order_line=[Command.create({"display_type": "line_section", "name": "Empty"})])
        with self.assertRaises(UserError):
            order.action_guard_ask_review()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_review_is_taken_back_by_whose_order_it_is_only(self):
        review = self._make_review()
        for user in (self.production, self.quality, self.officer):
            with self.assertRaises(UserError):
                review.with_user(user).action_supersede()
        review.with_user(self.seller).action_supersede()
        self.assertEqual(review.state, "superseded")

    def test_review_is_moved_by_nobody_else(self):
        review = self._make_review()
        for user in (self.seller, self.quality, self.manager):
            with self.assertRaises(UserError):
                review.with_user(user).write({"state": "approved"})
        with self.assertRaises(UserError):
            review.sudo().write({"state": "approved"})
        with self.assertRaises(UserError):
            review.sudo().unlink()

    def test_born_approved_is_a_draft(self):
        order = self._make_order()
        review = self.env["guard.order.review"].sudo().create({"order_id": order.id, "state": "approved"})
        self.assertEqual(review.state, "draft")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_copied_order_is_reviewed_anew(self):
        order = self._make_approved_order().copy()
        self.assertFalse(order.guard_review_ids)
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_duty_is_not_ticked_off(self):
        review = self._make_review()
        duty = self.env["mail.activity"].search([("user_id", "=", self.quality.id), ("res_id", "=", review.id)])
        for attack in (duty.with_user(self.quality).action_done, duty.with_user(self.quality).unlink):
            with self.assertRaises(UserError):
                attack()
        self._sign(review, self.quality)
        self.assertFalse(duty.active)

    def test_clock_runs_from_the_receipt(self):
        order = self._make_order(guard_received_on="2026-03-02 08:00:00")
        review = self._make_review(order)
        self.assertEqual(str(review.received_on), "2026-03-02 08:00:00")
        self.assertGreater(review.hours_to_ask, 0)
        self.assertEqual(review.hours_to_decide, 0)
        with self.assertRaises(UserError):
            review.with_user(self.seller).received_on = "2026-03-03 08:00:00"
