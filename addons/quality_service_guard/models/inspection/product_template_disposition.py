from odoo import fields, models

from .guard_disposition import OPEN


class ProductTemplate(models.Model):
    """What of a product was rejected and is not settled (clause 2.2.3)."""

    _inherit = "product.template"

    guard_disposition_count = fields.Integer(
        "Open Dispositions",
        compute="_compute_guard_disposition_count",
        groups="quality_service_guard.group_guard_user,purchase.group_purchase_user,stock.group_stock_user",
    )

    def _compute_guard_disposition_count(self):
        counts = {}
        for product, count in self.env["guard.disposition"]._read_group(
            [("product_id.product_tmpl_id", "in", self.ids), ("state", "in", OPEN)], ["product_id"], ["__count"]
        ):
            counts[product.product_tmpl_id.id] = counts.get(product.product_tmpl_id.id, 0) + count
        for template in self:
            template.guard_disposition_count = counts.get(template._origin.id, 0)

    def action_guard_open_dispositions(self):
        """What was rejected of this product, and what became of it."""
        self.ensure_one()
        self.check_access("read")
        self.env["guard.disposition"].check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_disposition_action"),
            "domain": [("product_id.product_tmpl_id", "in", self.ids)],
            "context": {"create": False, "search_default_open": 1},
        }
