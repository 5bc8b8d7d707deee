from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestAbuseFaults(OrderReviewCommon):
    """What still works when something else does not."""

    def _run_through(self):
        """From the question to the confirmed order."""
        review = self._make_review()
        self._sign(review, self.engineering)
        review.order_id.with_user(self.seller).order_line[0].name = "Bearing, ground"
        self._sign(review)
        self.assertEqual(review.state, "approved")
        review.order_id.with_user(self.seller).action_confirm()
        self.assertEqual(review.order_id.state, "sale")
        return review

    def assertDutiesAndDecisions(self, review):
        kinds = review.sudo().approval_request_id.decision_ids.mapped("kind")
        self.assertEqual(sorted(kinds), ["approved"] * 5 + ["voided"])
        done = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", review._name), ("res_id", "=", review.id)])
        )
        self.assertEqual(done.user_id, self.sales | self.production | self.engineering | self.quality)

    def assertMailsFailed(self, review):
        mails = self.env["mail.mail"].sudo().search([("model", "=", review._name), ("res_id", "=", review.id)])
        self.assertTrue(mails)
        self.assertNotIn("sent", mails.mapped("state"))

    def test_d3_42_review_is_asked_and_decided_while_the_mail_server_is_down(self):
        refuse = patch.object(
            type(self.env["ir.mail_server"]), "_connect__", side_effect=ConnectionRefusedError("mail server is down")
        )
        with refuse, mute_logger("odoo.addons.mail.models.mail_mail"):
            review = self._run_through()
        self.assertDutiesAndDecisions(review)
        self.assertMailsFailed(review)
        told = self.env["mail.notification"].sudo().search([("mail_message_id.res_id", "=", review.id)]).res_partner_id
        for user in self.approvers:
            self.assertIn(user.partner_id, told)

    def test_d3_42_review_is_asked_and_decided_when_every_mail_is_refused(self):
        refuse = patch.object(type(self.env["ir.mail_server"]), "send_email", side_effect=OSError("connection lost"))
        with refuse, mute_logger("odoo.addons.mail.models.mail_mail"):
            review = self._run_through()
        self.assertDutiesAndDecisions(review)
        self.assertMailsFailed(review)

    def test_d3_42_people_without_an_address_ask_and_decide(self):
        (self.seller | self.sales | self.production | self.engineering | self.quality).email = False
        self.company.partner_id.email = False
        self.assertDutiesAndDecisions(self._run_through())

    def test_calendar_that_knows_no_working_time_stops_nobody(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        review = self._run_through()
        self.assertDutiesAndDecisions(review)

    def test_company_without_calendar_stops_nobody(self):
        self.company.resource_calendar_id = False
        self.assertDutiesAndDecisions(self._run_through())

    def test_one_order_that_cannot_be_asked_leaves_no_half_review(self):
        orders = self._make_order() | self._make_order()
        orders.action_guard_ask_review()
        orders[1].order_line.unlink()
        with self.assertRaises(UserError):
            orders.guard_review_ids.with_user(self.seller).action_submit()
        self.env.invalidate_all()
        self.assertEqual(set(orders.guard_review_ids.mapped("state")), {"draft"})
        self.assertFalse(self.env["guard.approval.request"].search([("res_id", "in", orders.guard_review_ids.ids)]))
