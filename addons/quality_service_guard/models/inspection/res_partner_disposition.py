from odoo import fields, models

from .guard_disposition import OPEN


class ResPartner(models.Model):
    """What is to be settled with a supplier (clause 2.2.3)."""

    _inherit = "res.partner"

    guard_disposition_count = fields.Integer(
        "Open Dispositions",
        compute="_compute_guard_disposition_count",
        groups="quality_service_guard.group_guard_user,purchase.group_purchase_user,stock.group_stock_user",
    )

    def _compute_guard_disposition_count(self):
        counts = dict(
            self.env["guard.disposition"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids), ("state", "in", OPEN)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.guard_disposition_count = counts.get(partner.commercial_partner_id, 0)

    def action_guard_open_dispositions(self):
        """What is to be settled with this supplier, and what was."""
        self.ensure_one()
        self.check_access("read")
        self.env["guard.disposition"].check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_disposition_action"),
            "domain": [("partner_id", "in", self.commercial_partner_id.ids)],
            "context": {"create": False, "search_default_open": 1},
        }
