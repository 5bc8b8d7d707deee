from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "guard.inspected.mixin", "guard.severity.mixin"]

    _guard_inspected_path = "partner_id"
    _guard_severity_path = "partner_id"

    def _guard_severity_record(self):
        return self.commercial_partner_id._origin
