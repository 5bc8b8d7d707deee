from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestAbuseContext(OrderReviewCommon):
    """Values that a caller sends beside the values: defaults in the context, defaults of the user."""

    def _ask(self, order, context):
        order = order.with_user(self.seller).with_context(**context)
        review = self.env["guard.order.review"].browse(order.action_guard_ask_review()["res_id"])
        review.with_user(self.seller).with_context(**context).action_submit()
        return review

    def assertAskedOfAll(self, review):
        request = review.sudo().approval_request_id
        self.assertEqual((review.state, request.state), ("in_review", "pending"))
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="pending")
        self.assertFalse(request.decision_ids)
        with self.assertRaises(UserError):
            review.order_id.with_user(self.seller).action_confirm()
        self.assertEqual(review.order_id.state, "draft")

    def test_review_is_not_approved_by_a_default_in_the_context(self):
        """One ``default_state`` would serve for review, request and each of its steps."""
        self.assertAskedOfAll(self._ask(self._make_order(), {"default_state": "approved"}))

    def test_review_is_not_approved_by_a_default_of_the_user(self):
        for model, value in (
            ("guard.order.review", "approved"),
            ("guard.approval.request", "approved"),
            ("guard.approval.request.step", "approved"),
        ):
            self.env["ir.default"].with_user(self.seller).set(model, "state", value, user_id=True)
        self.assertAskedOfAll(self._ask(self._make_order(), {}))

    def test_steps_take_nothing_from_the_context(self):
        review = self._ask(
            self._make_order(),
            {
                "default_approved_by_ids": [Command.set(self.quality.ids)],
                "default_judged_content": {"forged": 1},
                "default_editor_ids": self.quality.ids,
                "default_asked_user_id": self.seller.id,
                "default_minimum": 0,
                "default_decided_on": "2020-01-01 00:00:00",
            },
        )
        self.assertAskedOfAll(review)
        steps = review.sudo().approval_request_id.step_ids
        self.assertFalse(steps.approved_by_ids or steps.editor_ids or any(steps.mapped("judged_content")))
        self.assertFalse(steps.filtered(lambda step: step.asked_user_id == self.seller or step.minimum < 1))
        self.assertFalse(steps.request_id.decided_on)

    def test_questions_are_not_answered_by_a_default(self):
        forged = {
            "default_specification_answer": "ok",
            "default_specification_user_id": self.engineering.id,
            "default_specification_evidence": "Drawing seen",
            "default_quantity_answer": "ok",
        }
        self.env["ir.default"].with_user(self.seller).set(
            "guard.order.review.line", "quality_answer", "ok", user_id=True
        )
        lines = self._ask(self._make_order(), forged).sudo().line_ids
        for question in ("specification", "quantity", "delivery", "quality"):
            for part in ("answer", "user_id", "evidence"):
                self.assertFalse(any(lines.mapped(f"{question}_{part}")), f"{question}_{part}")

    def test_duties_and_mails_are_not_hidden_by_a_default(self):
        context = {
            "default_active": False,
            "default_state": "cancel",
            "default_user_id": self.seller.id,
            "default_auto_delete": True,
            "default_email_to": "nobody@example.com",
            "default_guard_clause_id": False,
        }
        review = self._ask(self._make_order(), context)
        self.assertAskedOfAll(review)
        for user in self.approvers:
            duty = self.env["mail.activity"].search(
                [("user_id", "=", user.id), ("res_id", "=", review.id), ("res_model", "=", review._name)]
            )
            self.assertEqual((duty.guard_clause_id, duty.active), (self.clause, True), user.login)
        mails = self.env["mail.mail"].sudo().search([("model", "=", review._name), ("res_id", "=", review.id)])
        self.assertNotIn("cancel", mails.mapped("state"))
        told = self.env["mail.notification"].sudo().search([("mail_message_id.res_id", "=", review.id)]).res_partner_id
        for user in self.approvers:
            self.assertIn(user.partner_id, told)

    def test_decision_is_logged_whatever_the_context_says(self):
        review = self._make_review()
        context = {
            "tracking_disable": True,
            "mail_notrack": True,
            "mail_create_nolog": True,
            "default_kind": "rejected",
            "default_user_id": self.seller.id,
            "default_decided_on": "2020-01-01 00:00:00",
            "default_hash": "x",
            "default_number": 9999,
        }
        review.with_user(self.quality).action_answer_ok()
        review.with_user(self.quality).with_context(**context).approval_request_id.action_approve()
        decision = review.sudo().approval_request_id.decision_ids
        self.assertEqual((decision.kind, decision.user_id), ("approved", self.quality))
        self.assertNotEqual(decision.decided_on.year, 2020)
        self.assertEqual(decision.ledger_id._verify(), [])
        self.assertIn("approved", " ".join(review.sudo().message_ids.mapped("body")))
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="approved")

    def test_issue_begins_open_and_unanswered_whatever_is_sent(self):
        review = self._make_review()
        values = {"name": "Drawing is missing", "review_id": review.id}
        for forged in ({"state": "settled"}, {"answered_by_id": self.sales.id}, {"settled_by_id": self.sales.id}):
            with self.assertRaises(UserError):
                self.env["guard.review.issue"].with_user(self.quality).create({**values, **forged})
            context = {f"default_{name}": value for name, value in forged.items()}
            with self.assertRaises(UserError):
                self.env["guard.review.issue"].with_user(self.quality).with_context(**context).create(values)
        issue = (
            self.env["guard.review.issue"].with_user(self.quality).create({**values, "raised_by_id": self.seller.id})
        )
        self.assertEqual(issue.raised_by_id, self.quality)

    def test_deviation_takes_no_answer_from_the_context(self):
        order = self._make_order()
        deviation = (
            self.env["guard.deviation"]
            .with_user(self.seller)
            .with_context(default_state="granted", default_granted_by_id=self.officer.id, default_used_quantity=-5)
            .create({"gate_id": self.gate.id, "res_id": order.id, "reason": "x"})
        )
        self.assertEqual(
            (deviation.state, deviation.granted_by_id.id, deviation.used_quantity), ("requested", False, 0)
        )
        with self.assertRaises(AccessError):
            deviation.with_context(default_requester_id=self.officer.id).action_grant()
