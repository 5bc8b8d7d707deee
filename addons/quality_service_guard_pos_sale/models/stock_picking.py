from odoo import api, models


class StockPicking(models.Model):
    """The till swallows refusals: its transfer stays open, and somebody is asked to see to it (clause 2.2.3)."""

    _inherit = "stock.picking"

    @api.model
    def _create_picking_from_pos_order_lines(self, location_dest_id, lines, picking_type, partner=False):
        pickings = super()._create_picking_from_pos_order_lines(location_dest_id, lines, picking_type, partner)
        pickings._guard_tell_left_open()
        return pickings
