from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "guard.inspected.mixin"]

    _guard_inspected_path = "move_id.sale_line_id.order_id"
