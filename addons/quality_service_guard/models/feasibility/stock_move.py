from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    # the last deliveries of a product, however many there were
    _guard_last_delivered_index = models.Index(
        "(product_id, date DESC) WHERE state = 'done' AND sale_line_id IS NOT NULL"
    )
