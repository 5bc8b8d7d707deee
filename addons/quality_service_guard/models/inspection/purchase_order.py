from odoo import models


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "guard.inspected.mixin"]

    _guard_inspected_path = "move_id.purchase_line_id.order_id"
