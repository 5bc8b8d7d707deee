from odoo.tests import HttpCase, tagged

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
        for user in self.approvers:
            self._click("guard_order_review_sign", review, user)
        self.assertEqual(review.state, "approved")
        self._click("guard_order_review_edit", order, self.seller)
        self.assertStates(review, sales="pending", production="pending", engineering="approved", quality="approved")
        for user in (self.sales, self.production):
            self._click("guard_order_review_sign", review, user)
        self._click("guard_order_review_confirm", order, self.seller)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.move_ids.mapped("product_uom_qty"), [6, 2])

    def test_order_is_reviewed_edited_reviewed_again_and_confirmed(self):
        self._click_through()

    def test_the_same_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        (self.seller | self.sales | self.production | self.engineering | self.quality).lang = "zh_CN"
        self._click_through()
