from odoo import models


class ResPartner(models.Model):
    """Suppliers show how severely what they deliver is inspected (clause 2.2.3)."""

    _name = "res.partner"
    _inherit = ["res.partner", "guard.severity.mixin"]

    _guard_severity_path = "partner_id"

    def _guard_severity_record(self):
        return self.commercial_partner_id._origin
