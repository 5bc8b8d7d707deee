from odoo import models


class SaleOrderLine(models.Model):
    """What went over the counter while the order was held needs no delivery when it is confirmed."""

    _inherit = "sale.order.line"

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        quantity = super()._get_qty_procurement(previous_product_uom_qty)
        if self.order_id.guard_is_held:
            quantity += min(self._guard_counter_quantity(), self.product_uom_qty - quantity)
        return quantity

    def _guard_counter_quantity(self):
        """What the till handed over or will ship itself, in the unit of the line."""
        lines = self.sudo().pos_order_line_ids.filtered(lambda line: line.order_id.state not in ("draft", "cancel"))
        return sum(self._convert_qty(self, line.qty, "p2s") for line in lines | lines.refund_orderline_ids)
