from odoo import api, fields, models

from ...tools.gates import gate
from .sale_order import GATE


class SaleOrderLine(models.Model):
    """Lines are doors of the order's gate: they carry its state, and goods leave from them."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "guard.gate.mixin"]

    guard_quality_requirement = fields.Char(
        "Quality Requirement", help="What the customer demands beyond the product's own standard."
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        with orders._guard_watching():
            lines = super().create(vals_list)
        lines.order_id._guard_content_edited()
        return lines

    def write(self, vals):
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        with orders._guard_watching(vals):
            result = super().write(vals)
        orders._guard_content_edited()
        return result

    def unlink(self):
        orders = self.order_id
        with orders._guard_watching():
            result = super().unlink()
        orders.exists()._guard_content_edited()
        return result

    @gate(GATE, on={"state": "sale"})
    def _obstacles_line_follows_order(self):
        """A line is confirmed by its order, never by itself: goods would leave without any review."""
        return {
            line: [
                self.env._(
                    "%(line)s says it is confirmed, its order %(order)s is not. Confirm the order.",
                    line=line.display_name,
                    order=line.order_id.name,
                )
            ]
            for line in self
            if line.order_id.state != "sale"
        }

    def _action_launch_stock_rule(self, **kwargs):
        """Ship only what is reviewed: edits of a confirmed order wait here until they are approved."""
        return super(SaleOrderLine, self._guard_filter_released())._action_launch_stock_rule(**kwargs)

    def _guard_filter_released(self):
        """The lines of which something may begin: those whose order has no change that waits for its review."""
        if not self.order_id._guard_review_asked():
            return self
        released = self.order_id._guard_released()
        return self.filtered(lambda line: line.order_id in released)
