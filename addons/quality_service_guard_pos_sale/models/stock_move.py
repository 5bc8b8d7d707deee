from odoo import models
from odoo.addons.quality_service_guard.tools.passage import passage


class StockMove(models.Model):
    """What went over the counter is gone: the till saves its order whatever lot was scanned (clause 2.2.3)."""

    _inherit = "stock.move"

    def _add_mls_related_to_order(self, related_order_lines, are_qties_done=True):
        with passage(self.env["stock.move.line"].browse(), "late"):
            return super()._add_mls_related_to_order(related_order_lines, are_qties_done)
