from odoo import fields, models


class GuardInspectionDecideLine(models.TransientModel):
    """One part of the lot, and what is decided about it. What is conceded is decided by a concession, not here."""

    _name = "guard.inspection.decide.line"
    _description = "Decide Inspection: Part"

    dialog_id = fields.Many2one("guard.inspection.decide", required=True, ondelete="cascade", index=True)
    verdict = fields.Selection(
        [("accepted", "Accepted"), ("rejected", "Rejected"), ("to_sort", "To Sort")], required=True, default="accepted"
    )
    quantity = fields.Float(digits="Product Unit", required=True)
    lot_id = fields.Many2one("stock.lot", "Lot", domain="[('id', 'in', parent.lot_ids)]")
    reason = fields.Char()

    def _prepare_part(self):
        return {
            "verdict": self.verdict,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
            "reason": (self.reason or "").strip() or False,
        }
