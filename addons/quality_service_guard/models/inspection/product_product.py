from odoo import models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "guard.inspected.mixin"]

    _guard_inspected_path = "product_id"
