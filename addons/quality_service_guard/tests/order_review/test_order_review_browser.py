from lxml import html
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import OrderReviewCommon


@tagged("post_install", "-at_install")
class TestOrderReviewBrowser(OrderReviewCommon, HttpCase):
    """The first duty, clicked through in a browser by the people who have it."""

    def _click(self, tour, record, user):
        actions = {"sale.order": "sale.action_orders", "guard.order.review": "quality_service_guard.guard_order_review_action"}
        self.start_tour(f"/odoo/action-{actions[record._name]}/{record.id}", tour, login=user.login)
        self.env.invalidate_all()

    def _click_through(self):
        order = self._make_order()
        self._click("guard_order_review_ask", order, self.seller)
        review = order.guard_review_id
        self.assertEqual(review.state, "in_review")
        self._click("guard_order_review_approve", review, self.sales)
        for user in (self.production, self.engineering, self.quality):
            self._click("guard_order_review_sign", review, user)
        self.assertEqual(review.state, "approved")
        self._click("guard_order_review_edit", order, self.seller)
        self.assertStates(review, sales="pending", production="pending", engineering="approved", quality="approved")
        self._click("guard_order_review_approve", review, self.sales)
        self._click("guard_order_review_sign", review, self.production)
        self._click("guard_order_review_confirm", order, self.seller)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [6, 2])

    def _take_onboarding(self):
        """The tours that newcomers are shown, taken by a salesperson and by those who sign."""
        order = self._make_order()
        self.start_tour("/odoo", "guard_order_review_tour", login=self.seller.login)
        review = order.guard_review_id
        self.assertEqual(review.state, "in_review")
        for user in (self.sales, self.production):
            self.start_tour("/odoo", "guard_approval_tour", login=user.login)
        self.env.invalidate_all()
        self.assertStates(review, sales="approved", production="approved", engineering="pending", quality="pending")

    def _speak_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        (self.seller | self.sales | self.production | self.engineering | self.quality).lang = "zh_CN"

    def test_newcomers_are_shown_the_way(self):
        self._take_onboarding()

    def test_newcomers_are_shown_the_way_in_chinese(self):
        self._speak_chinese()
        self._take_onboarding()

    def _refuse_many(self):
        self.env["ir.actions.server"].create(
            {
                "name": "GUARD-CONFIRM",
                "model_id": self.env["ir.model"]._get("sale.order").id,
                "binding_model_id": self.env["ir.model"]._get("sale.order").id,
                "binding_view_types": "list",
                "state": "code",
                "code": "records.action_confirm()",
            }
        )
        orders = self._make_order(name="GUARD-ONE") | self._make_order(name="GUARD-TWO")
        with mute_logger("odoo.http"):
            self.start_tour("/odoo/action-sale.action_quotations", "guard_order_review_mass_confirm", login=self.seller.login)
        self.env.invalidate_all()
        self.assertEqual(orders.mapped("state"), ["draft", "draft"])

    def test_confirming_many_is_refused_with_the_reasons_of_each(self):
        self._refuse_many()

    def test_confirming_many_is_refused_in_chinese(self):
        self._speak_chinese()
        self._refuse_many()

    def test_many_are_signed_from_the_list(self):
        reviews = self._make_review() | self._make_review()
        draft = self.env["guard.order.review"]._open_for(self._make_order())
        (reviews | draft).order_id.user_id = self.production
        self.start_tour(
            "/odoo/action-quality_service_guard.guard_order_review_action",
            "guard_order_review_list_sign",
            login=self.production.login,
        )
        self.env.invalidate_all()
        for review in reviews:
            self.assertStates(review, sales="pending", production="approved", engineering="pending", quality="pending")
        self.assertEqual(draft.state, "draft")

    def test_review_is_worked_by_keyboard_only(self):
        review = self._make_review()
        self._click("guard_order_review_keyboard", review, self.production)
        self.assertEqual(review.line_ids.mapped("quantity_answer"), ["ok", "problem"])
        self.assertEqual(review.line_ids.mapped("delivery_answer"), ["changed", "ok"])
        self.assertEqual(review.line_ids[0].quantity_evidence, "two shifts")

    def test_from_the_mail_three_clicks_decide_browser(self):
        review = self._make_review()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.production.partner_id.ids), ("res_id", "=", review.id)], limit=1
        )
        links = html.fromstring(mail.body_html).xpath("//a[contains(@href, '/mail/view')]/@href")
        self.assertTrue(links, "the mail leads nowhere")
        # the first click is the link; the tour has the other two
        self.start_tour(links[0].replace(self.base_url(), ""), "guard_order_review_sign", login=self.production.login)
        self.env.invalidate_all()
        self.assertStates(review, sales="pending", production="approved", engineering="pending", quality="pending")

    def test_from_the_systray_two_clicks_lead_to_the_decision_browser(self):
        review, _other = self._make_review(), self._make_review()
        self.start_tour("/odoo", "guard_order_review_systray", login=self.production.login)
        self.env.invalidate_all()
        self.assertStates(review, sales="pending", production="approved", engineering="pending", quality="pending")

    def test_order_is_reviewed_edited_reviewed_again_and_confirmed(self):
        self._click_through()

    def test_the_same_in_chinese(self):
        self._speak_chinese()
        self._click_through()
