from odoo import models
from odoo.addons.quality_service_guard.models.order_review.sale_order import GATE


class SaleOrder(models.Model):
    """A visitor of the website is never refused: what they ordered waits for its review (clause 2.1.1)."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Hold what a page of the website confirms for its visitor, as it does for free events and booths.

        The page does so with ``sudo()``, which no call from outside has. This addon is loaded after those that
        work on the confirmed orders here, so none of them meets one that was held.
        """
        visitor = self.env.su and self.env.user.share
        held = self._guard_hold(GATE) if visitor else self.browse()
        held._guard_keep_for_review()
        return super(SaleOrder, self - held).action_confirm()

    def _guard_keep_for_review(self):
        """What was ordered is a cart no more: it is neither filled further nor recalled as abandoned."""
        result = super()._guard_keep_for_review()
        carts = self.sudo().filtered(lambda order: order.website_id and order.state == "draft")
        carts.with_context(tracking_disable=True).action_quotation_sent()
        return result
