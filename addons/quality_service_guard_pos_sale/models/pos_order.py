from odoo import api, models
from odoo.addons.quality_service_guard.tools.passage import passage

COUNTER = "counter"


class PosOrder(models.Model):
    """The till confirms the quotations that were settled at it, after the cash has been taken."""

    _inherit = "pos.order"

    @api.model
    def sync_from_ui(self, orders):
        with passage(self.env["sale.order"].browse(), COUNTER):
            return super().sync_from_ui(orders)

    def action_pos_order_paid(self):
        """Cash may also go back at the till: the duty to refund it ends then."""
        result = super().action_pos_order_paid()
        lines = self.lines | self.lines.refunded_orderline_id
        orders = (lines.sale_order_origin_id | lines.sale_order_line_id.order_id).sudo()
        orders.filtered(lambda order: order.state != "sale")._guard_money_moved()
        return result
