from odoo import models


class ProductProduct(models.Model):
    """Variants show how severely they are inspected (clause 2.2.3)."""

    _name = "product.product"
    _inherit = ["product.product", "guard.severity.mixin"]

    _guard_severity_path = "product_id"
