from odoo import fields, models


class StockLocation(models.Model):
    """Places where goods wait that have not been released (clause 2.2.3)."""

    _inherit = "stock.location"

    guard_is_quarantine = fields.Boolean(
        "Quarantine", help="What lies here, or below, goes nowhere but to its supplier, to scrap, or where its inspection lets it."
    )

    def _guard_in_quarantine(self):
        """Those of these places that are, or lie below, a quarantine."""
        above = {place: [int(step) for step in (place.parent_path or "").split("/") if step] for place in self}
        places = self.sudo().browse({step for steps in above.values() for step in steps})
        quarantines = set(places.filtered("guard_is_quarantine").ids)
        return self.filtered(lambda place: quarantines.intersection(above[place]))
