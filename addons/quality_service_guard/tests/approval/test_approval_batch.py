from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestApprovalBatch(OrderReviewCommon):
    """Many asked and many decided at once."""

    def _submitted(self, number):
        orders = self.env["sale.order"].union(*(self._make_order() for _each in range(number)))
        reviews = self.env["guard.order.review"].sudo()._open_for(orders).with_user(self.seller)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        reviews.action_submit()
        self.env.flush_all()
        return reviews, self.env.cr.sql_log_count - before

    def test_asking_many_costs_little_more_than_asking_one(self):
        self._submitted(1)
        _one, few = self._submitted(2)
        _many, more = self._submitted(22)
        self.assertLessEqual((more - few) / 20, 3.1)  # what the best free addon needs for one sign-off; these are four

    def test_deciding_costs_no_more_queries_for_many_than_for_one(self):
        """What is read, who spoke, the ledger, the duties and the log: once a decision, however many documents."""
        for user in self.approvers:
            self._decide_counted(1, (user, 999))  # fills the caches of rights and rules
        for number in (1, 22):
            self._decide_counted(number, (self.production, 26))

    def test_last_decision_costs_no_more_queries_for_many_than_for_one(self):
        """The approval itself on top: the state of the document, its working hours, one mail to who asked."""
        for number, most in ((1, 999), (1, 50), (22, 50)):
            self._decide_counted(number, *((user, 999) for user in self.approvers[:3]), (self.quality, most))

    def _decide_counted(self, number, *decisions):
        reviews, _cost = self._submitted(number)
        for user, most in decisions:
            reviews.with_user(user).action_answer_ok()
            requests = self.env["guard.approval.request"].browse(reviews.approval_request_id.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(most):
                requests.with_user(user).action_approve()

    def test_one_message_a_document_and_one_mail_a_person(self):
        reviews, _cost = self._submitted(10)
        for user in self.approvers[:3]:
            self._sign_all(reviews, user)
        before = {review: len(review.message_ids) for review in reviews}
        letters = self._letters(self.seller)
        self._sign_all(reviews, self.quality)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(reviews.mapped("state")), {"approved"})
        for review in reviews.with_env(self.env):
            notes = review.message_ids.filtered(lambda message: message.message_type == "notification")
            self.assertEqual(len(review.message_ids) - before[review], 1, notes.mapped("body"))
        self.assertEqual(self._letters(self.seller), letters + 1 if self.seller != self.env.user else letters)

    def _sign_all(self, reviews, user):
        reviews.with_user(user).action_answer_ok()
        reviews.with_user(user).approval_request_id.action_approve()

    def _letters(self, user):
        return self.env["mail.message"].search_count([("partner_ids", "in", user.partner_id.ids)])

    def test_each_is_asked_once_by_one_mail(self):
        letters = {user: self._letters(user) for user in self.approvers}
        self._submitted(10)
        for user in self.approvers:
            self.assertEqual(self._letters(user), letters[user] + 1)

    def test_page_that_shows_another_content_is_refused(self):
        review = self._make_review()
        review.with_user(self.sales).invalidate_recordset()
        seen = review.with_user(self.sales).approval_seen
        self.assertTrue(seen)
        review.order_id.with_user(self.seller).order_line[0].price_unit = 1
        with self.assertRaises(UserError) as caught:
            review.with_user(self.sales).with_context(guard_seen=seen).action_approve()
        self.assertIn("changed a moment ago", str(caught.exception))
        review.with_user(self.sales).with_context(guard_seen=review.with_user(self.sales).approval_seen).action_approve()

    def test_edit_of_one_line_asks_nothing_about_the_others(self):
        review = self._make_review()
        review.with_user(self.production).action_answer_ok()
        review.order_id.order_line[0].product_uom_qty = 9
        answers = {line.product_id: line.quantity_answer for line in review.line_ids}
        self.assertEqual(answers, {self.bearing: False, self.shaft: "ok"})


@tagged("post_install", "-at_install")
class TestApprovalIdentity(OrderReviewCommon, HttpCase):
    """A step that asks for the password."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("quality_service_guard.chain_order_review_quality").confirm_identity = True

    def setUp(self):
        super().setUp()
        self.review = self._make_review()
        self.review.with_user(self.quality).action_answer_ok()
        self.request = self.review.approval_request_id

    def test_nobody_approves_without_a_browser(self):
        for attack in (self.request.with_user(self.quality).action_approve, self.review.with_user(self.quality).action_approve):
            with self.assertRaises(UserError):
                attack()
        with self.assertRaises(UserError) as caught:
            self.request.with_user(self.quality)._decide("approved", "")
        self.assertIn("asks for your password", str(caught.exception))

    def test_password_is_asked_and_then_it_counts(self):
        self.authenticate(self.quality.login, self.quality.login)
        action = self._call(self.request._name, "action_approve", self.request.ids)
        self.assertEqual(action["res_model"], "res.users.identitycheck")
        self.assertEqual(self.request.state, "pending")
        check = self.env["res.users.identitycheck"].browse(action["res_id"])
        self._call(check._name, "run_check", check.ids, context={"password": self.quality.login.ljust(8, "x")})
        self.env.invalidate_all()
        self.assertStates(self.review, sales="pending", production="pending", engineering="pending", quality="approved")

    def test_other_steps_ask_for_none(self):
        self._sign(self.review, self.production)
        self.assertStates(self.review, sales="pending", production="approved", engineering="pending", quality="pending")

    def test_rejecting_asks_for_none(self):
        self.request.with_user(self.quality).action_reject("No gauge")
        self.assertEqual(self.review.state, "rejected")

    def _call(self, model, method, *arguments, **options):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(arguments), "kwargs": options},
        )
