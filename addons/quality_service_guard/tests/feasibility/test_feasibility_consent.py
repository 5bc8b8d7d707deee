from datetime import datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import FeasibilityCommon

WEDNESDAY_NOON = datetime(2026, 3, 4, 12, 0)


@tagged("post_install", "-at_install")
class TestFeasibilityConsent(FeasibilityCommon):
    """Sixteen axles of another salesperson hold the lathe on Monday and Tuesday; eight gears are wanted by Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = new_test_user(cls.env, "rival", "base.group_user,sales_team.group_sale_salesman")
        cls.other = cls._make_gear_order(16, promised=WEDNESDAY_NOON, product=cls.axle, user_id=cls.rival.id)
        cls.other_production = cls._make_production(16, plan=True)
        cls.other_production.reference_ids = cls.env["stock.reference"].create(
            {"name": cls.other.name, "sale_ids": [Command.link(cls.other.id)]}
        )
        cls.order = cls._make_gear_order(8, promised=datetime(2026, 3, 3, 16, 0))
        cls.review = cls._make_review(cls.order)

    def test_a_date_that_was_reckoned_too_late_is_not_approved_without_a_reason(self):
        review = self.review.with_user(self.production)
        review.action_answer_ok()
        with self.assertRaisesRegex(UserError, "write down as evidence why"):
            review.action_approve()
        review.line_ids.delivery_evidence = "The night shift makes it."
        review.action_approve()
        self.assertEqual(review.line_ids.delivery_feasibility_line_id.verdict, "displaces")

    def test_consent_is_asked_of_whose_orders_would_slip(self):
        with self.assertRaisesRegex(UserError, "by who answers its delivery date"):
            self.review.with_user(self.seller).action_ask_consent()
        self.review.with_user(self.production).action_ask_consent()
        step = self.review.sudo().approval_step_ids.filtered(lambda step: step.aspect == "consent")
        self.assertEqual((step.state, step.asked_user_id), ("pending", self.rival))
        self.assertIn(f"{self.other.name} slips 8.0 h", step.name)

    def test_nothing_is_approved_before_everybody_has_consented(self):
        self.review.with_user(self.production).action_ask_consent()
        self._sign(self.review)
        self.assertEqual(self.review.state, "in_review")
        with self.assertRaisesRegex(UserError, "rival"):
            self.order.with_user(self.seller).action_confirm()
        self.review.approval_request_id.with_user(self.rival).action_approve()
        self.assertEqual(self.review.state, "approved")

    def test_after_consent_the_order_goes_first_and_the_others_are_planned_anew(self):
        self.review.with_user(self.production).action_ask_consent()
        self._sign(self.review, *self.approvers)
        self.review.approval_request_id.with_user(self.rival).action_approve()
        reserved = self.review.reservation_ids
        self.assertEqual(
            (reserved.date_start, reserved.date_end), (datetime(2026, 3, 2, 8, 0), datetime(2026, 3, 2, 16, 0))
        )
        duty = self.review.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "replan")
        self.assertEqual(duty.user_id, self.production)
        self.assertIn(self.other_production.name, duty.summary)

    def test_a_refusal_of_consent_rejects_the_review(self):
        self.review.with_user(self.production).action_ask_consent()
        self.review.approval_request_id.with_user(self.rival).action_reject("My customer waits for them.")
        self.assertEqual(self.review.state, "rejected")
        self.assertFalse(self.review.reservation_ids)

    def test_a_salesperson_who_asked_does_not_consent_for_their_own_orders(self):
        self.other.user_id = self.seller
        self.review.with_user(self.production).action_ask_consent()
        step = self.review.sudo().approval_step_ids.filtered(lambda step: step.aspect == "consent")
        self.assertNotEqual(step.asked_user_id, self.seller)
        self.assertTrue(step.asked_user_id)

    def test_consent_is_not_asked_where_nobody_has_to_wait(self):
        review = self._make_review(self._make_gear_order(1, promised=datetime(2026, 3, 20, 16, 0)))
        with self.assertRaisesRegex(UserError, "no other order would have to wait"):
            review.with_user(self.production).action_ask_consent()
