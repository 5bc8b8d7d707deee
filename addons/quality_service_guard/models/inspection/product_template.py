from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "guard.inspected.mixin"]

    _guard_inspected_path = "product_id.product_tmpl_id"
