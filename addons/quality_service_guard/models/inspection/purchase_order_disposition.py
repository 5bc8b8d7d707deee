from odoo import fields, models


class PurchaseOrder(models.Model):
    """What of an order was rejected, and what becomes of it (clause 2.2.3)."""

    _inherit = "purchase.order"

    guard_disposition_count = fields.Integer("Dispositions", compute="_compute_guard_disposition_count")

    def _compute_guard_disposition_count(self):
        counts = dict(
            self.env["guard.disposition"]
            .sudo()
            ._read_group(
                [("inspection_id.move_id.purchase_line_id.order_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["inspection_id"],
                ["__count"],
            )
        )
        by_order = {}
        for inspection, count in counts.items():
            order = inspection.move_id.purchase_line_id.order_id.id
            by_order[order] = by_order.get(order, 0) + count
        for order in self:
            order.guard_disposition_count = by_order.get(order._origin.id, 0)

    def action_guard_open_dispositions(self):
        """What becomes of the goods of this order that were rejected."""
        self.ensure_one()
        self.check_access("read")
        self.env["guard.disposition"].check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_disposition_action"),
            "domain": [("inspection_id.move_id.purchase_line_id.order_id", "in", self.ids)],
            "context": {"create": False},
        }
