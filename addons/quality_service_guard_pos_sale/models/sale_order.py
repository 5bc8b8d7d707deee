from odoo import api, models
from odoo.addons.quality_service_guard.models.order_review.sale_order import GATE
from odoo.addons.quality_service_guard.tools.passage import is_open

from .pos_order import COUNTER


class SaleOrder(models.Model):
    """An order that was paid at the counter is held there for its review (clause 2.1.1)."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Hold instead of refusing while the till confirms; for everybody else the gate refuses as always.

        This addon is loaded after those that work on the confirmed orders here, so none of them meets one
        that was held.
        """
        held = self._guard_hold(GATE) if is_open(self.browse(), COUNTER) else self.browse()
        held._guard_keep_for_review()
        return super(SaleOrder, self - held).action_confirm()

    @api.depends("pos_order_line_ids.order_id.state", "pos_order_line_ids.refund_orderline_ids.order_id.state")
    def _compute_guard_refund_due(self):
        return super()._compute_guard_refund_due()

    def _guard_money_kept(self):
        lines = self.sudo().order_line.pos_order_line_ids | self.sudo().pos_order_line_ids
        lines = (lines | lines.refund_orderline_ids).filtered(
            lambda line: line.order_id.state not in ("draft", "cancel")
        )
        return super()._guard_money_kept() + sum(lines.mapped("price_subtotal_incl"))

    def _guard_lacks_payment(self):
        return super()._guard_lacks_payment() and self.currency_id.compare_amounts(self.amount_unpaid, 0) > 0
