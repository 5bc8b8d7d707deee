from odoo import fields, models


class StockReturnPicking(models.TransientModel):
    """What goes back to its supplier by a disposition goes from quarantine (clause 2.2.3)."""

    _inherit = "stock.return.picking"

    guard_location_id = fields.Many2one("stock.location", "From Quarantine", readonly=True, ondelete="cascade")

    def _prepare_picking_default_values_based_on(self, picking):
        values = super()._prepare_picking_default_values_based_on(picking)
        if self.guard_location_id and picking == self.picking_id:
            values["location_id"] = self.guard_location_id.id
        return values
