from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "guard.inspected.mixin", "guard.severity.mixin"]

    _guard_inspected_path = "product_id.product_tmpl_id"
    _guard_severity_path = "product_id.product_tmpl_id"
