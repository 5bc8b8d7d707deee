from odoo import models


class ProductTemplate(models.Model):
    """Products show how severely they are inspected (clause 2.2.3)."""

    _name = "product.template"
    _inherit = ["product.template", "guard.severity.mixin"]

    _guard_severity_path = "product_id.product_tmpl_id"
