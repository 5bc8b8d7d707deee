from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "guard.inspected.mixin"]

    _guard_inspected_path = "partner_id"
