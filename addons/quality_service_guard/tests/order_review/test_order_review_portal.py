from odoo import fields, http
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged
from odoo.tools import format_date, mute_logger

from ..common import OrderReviewCommon

PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@tagged("post_install", "-at_install")
class TestOrderReviewPortal(OrderReviewCommon, HttpCase):
    """The customer before their order's page, with nothing but the link: real requests, the token in the address."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.opener.cookies["frontend_lang"] = "en_US"  # what the visitor reads
        self.order = self._make_order(require_signature=True, require_payment=False)
        self.order.sudo().action_quotation_sent()
        self.order.sudo()._portal_ensure_token()

    def _page(self, **query):
        suffix = "".join(f"&{key}={value}" for key, value in query.items())
        response = self.url_open(self.order.sudo().get_portal_url(query_string=suffix))
        self.assertEqual(response.status_code, 200)
        return response.text

    def _sign_online(self):
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"access_token": self.order.sudo().access_token, "name": "Wang Fang", "signature": PIXEL},
        )
        self.env.invalidate_all()
        return answer

    def _decline_online(self, message, token=None):
        self.authenticate(None, None)
        response = self.url_open(
            f"/my/orders/{self.order.id}/decline?access_token={token or self.order.sudo().access_token}",
            data={"decline_message": message, "csrf_token": http.Request.csrf_token(self)},
        )
        self.env.invalidate_all()
        return response

    def test_off_gate_signature_confirms_and_the_page_says_nothing_of_a_review(self):
        self.clause.in_force = False
        self._sign_online()
        self.assertEqual(self.order.state, "sale")
        self.assertNotIn("guard_held", self._page())

    def test_warning_gate_signature_confirms(self):
        self.gate.mode = "warn"
        self._sign_online()
        self.assertEqual(self.order.state, "sale")

    def test_signature_of_a_reviewed_order_confirms(self):
        self._sign(self._make_review(self.order))
        self._sign_online()
        self.assertEqual((self.order.state, self.order.guard_is_held), ("sale", False))

    def test_signature_is_kept_and_the_page_says_being_reviewed_until_when(self):
        answer = self._sign_online()
        self.assertIn("sign_ok", answer["redirect_url"])
        self.assertTrue(self.order.signature)
        self.assertEqual(
            (self.order.state, self.order.guard_is_held, self.order.signed_by), ("sent", True, "Wang Fang")
        )
        page = self._page(message="sign_ok")
        self.assertIn("Your order is being reviewed.", page)
        self.assertTrue(self.order.guard_answer_due)
        self.assertIn(format_date(self.env, self.order.guard_answer_due), page)

    def test_page_offers_neither_to_sign_nor_to_pay_nor_to_decline_again(self):
        self.order.require_payment = False
        self._sign_online()
        for query in ({}, {"payment_amount": 700}):
            page = self._page(**query)
            self.assertNotIn("Accept &amp; Sign", page)
            self.assertNotIn("Pay Now", page)
            self.assertNotIn("Sign &amp; Pay", page)
            self.assertNotIn('data-bs-target="#modaldecline"', page)
        again = self._sign_online()
        self.assertIn("error", again)

    def test_page_names_nobody_who_reviews(self):
        self._sign_online()
        page = self._page()
        for user in self.approvers:
            self.assertNotIn(user.name, page)
        self.assertNotIn(self.order.sudo().guard_review_id.name, page)

    def test_page_speaks_chinese_to_who_reads_chinese(self):
        self._sign_online()
        for cookie in self.opener.cookies:
            if cookie.name == "frontend_lang":
                cookie.value = "zh_CN"
        page = self._page()
        self.assertIn("您的订单正在评审中", page)
        self.assertIn(format_date(self.env, self.order.guard_answer_due, lang_code="zh_CN"), page)

    def test_late_answer_promises_no_date_that_has_passed(self):
        self._sign_online()
        deadline = self.order.guard_answer_due
        with freeze_time(fields.Datetime.add(fields.Datetime.to_datetime(deadline), days=30)):
            self.order.invalidate_recordset()
            self.assertFalse(self.order.guard_answer_due)

    def test_later_steps_are_counted_into_the_answer(self):
        self._sign_online()
        first = self.order.guard_answer_due
        steps = self.env["guard.approval.chain"].search([("model", "=", "guard.order.review")]).step_ids
        steps[-1].write({"sequence": 99, "deadline_hours": 80})
        other = self._make_order()
        other.sudo()._validate_order()
        self.assertGreater(other.guard_answer_due, first)

    def test_rejected_order_says_that_somebody_will_call(self):
        self._sign_online()
        review = self.order.sudo().guard_review_id
        review.with_user(self.quality).approval_request_id.action_reject("No gauge for this tolerance")
        page = self._page()
        self.assertIn("We will contact you about your order.", page)
        self.assertNotIn("No gauge", page)
        self.assertNotIn(self.quality.name, page)

    def test_approval_ends_the_notice_and_confirms(self):
        self._sign_online()
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(self.order.state, "sale")
        self.assertNotIn("guard_held", self._page())

    def test_list_of_quotations_shows_the_badge(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "held_portal",
                "password": "held_portal",
                "partner_id": self.customer.id,
                "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
            }
        )
        self._sign_online()
        self.authenticate(portal.login, portal.login)
        self.assertIn("Being reviewed", self.url_open("/my/quotes").text)

    def test_decline_during_a_review_cancels_and_withdraws_it(self):
        review = self._make_review(self.order)
        self._decline_online("Too late for us")
        self.assertEqual((self.order.state, review.state), ("cancel", "superseded"))
        self.assertFalse(
            self.env["mail.activity"].search([("res_model", "=", review._name), ("res_id", "=", review.id)])
        )

    def test_decline_of_a_held_order_is_heard_and_stops_the_confirmation_by_itself(self):
        self._sign_online()
        response = self._decline_online("We have changed our mind")
        self.assertIn("Your message has arrived.", response.text)
        self.assertIn("We have changed our mind", "".join(self.order.sudo().message_ids.mapped("body")))
        duty = self.order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "decline")
        self.assertEqual(duty.user_id, self.seller)
        self._sign(self.order.sudo().guard_review_id.with_env(self.env))
        self.assertEqual(self.order.state, "sent")
        self.order.action_confirm()
        self.assertFalse(duty.exists().active)

    def test_edit_by_the_customer_while_held_is_reviewed_for_the_present_content(self):
        self.order.sudo().write(
            {
                "order_line": [
                    Command.create(
                        {"display_type": "line_section", "name": "Options", "is_optional": True, "sequence": 90}
                    ),
                    Command.create({"product_id": self.shaft.id, "product_uom_qty": 0, "sequence": 91}),
                ]
            }
        )
        self._sign_online()
        review = self.order.sudo().guard_review_id.with_env(self.env)
        self._sign(review, self.sales)
        option = self.order.order_line[-1]
        self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/update_line_dict",
            {"line_id": option.id, "access_token": self.order.sudo().access_token, "input_quantity": 3},
        )
        self.env.invalidate_all()
        self.assertEqual(option.product_uom_qty, 3)
        self.assertStates(review, sales="pending", production="pending", engineering="pending", quality="pending")
        self._sign(review)
        self.assertEqual(self.order.state, "sale")
        self.assertIn(3, self.order.picking_ids.move_ids.mapped("product_uom_qty"))

    def test_expired_offer_is_not_signed_and_a_held_one_does_not_expire(self):
        self._sign_online()
        self.order.validity_date = "2020-01-01"
        self.assertNotIn("This offer expired!", self._page())
        other = self._make_order(validity_date="2020-01-01")
        self.assertTrue(other.is_expired)

    def test_wrong_token_sees_and_declines_nothing(self):
        self._sign_online()
        self._decline_online("x", token="wrong")
        self.assertFalse(self.order.sudo().activity_ids.filtered(lambda activity: activity.guard_key == "decline"))

    @mute_logger("odoo.http")
    def test_customer_cannot_confirm_by_rpc(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "rpc_portal",
                "password": "rpc_portal",
                "partner_id": self.customer.id,
                "group_ids": [Command.set([self.env.ref("base.group_portal").id])],
            }
        )
        self.authenticate(portal.login, portal.login)
        for method in ("action_confirm", "_validate_order", "action_guard_ask_review", "_guard_keep_for_review"):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/sale.order/{method}",
                    {"model": "sale.order", "method": method, "args": [self.order.ids], "kwargs": {}},
                )
        self.assertFalse(self.order.guard_is_held)
