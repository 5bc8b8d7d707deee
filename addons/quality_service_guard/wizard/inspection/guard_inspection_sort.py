from odoo import api, fields, models
from odoo.exceptions import UserError


class GuardInspectionSort(models.TransientModel):
    """What came of sorting: each unit was looked at, so the good ones are accepted, whatever the sample said."""

    _name = "guard.inspection.sort"
    _description = "Record Sorting"

    tranche_id = fields.Many2one("guard.inspection.tranche", "Part", required=True, readonly=True)
    inspection_id = fields.Many2one(related="tranche_id.inspection_id")
    lot_id = fields.Many2one(related="tranche_id.lot_id")
    quantity = fields.Float("To Sort", related="tranche_id.quantity")
    uom_id = fields.Many2one(related="tranche_id.uom_id")
    good = fields.Float(digits="Product Unit")
    bad = fields.Float("Not Good", digits="Product Unit")
    left = fields.Float("Still to Sort", compute="_compute_left", digits="Product Unit")
    sorted_by = fields.Char(
        required=True,
        default=lambda self: self.env.user.name,
        help="Who looked at each unit: also the supplier's people.",
    )
    note = fields.Char("What Was Found")

    @api.depends("good", "bad", "quantity")
    def _compute_left(self):
        for dialog in self:
            dialog.left = dialog.quantity - dialog.good - dialog.bad

    def action_apply(self):
        """Split the part into what is good and what is not."""
        self.ensure_one()
        self.inspection_id._check_may_inspect()
        if not (self.sorted_by or "").strip():
            raise UserError(self.env._("%(inspection)s: say who sorted.", inspection=self.inspection_id.name))
        self.tranche_id._sort(self.good, self.bad, self._tell())
        return {"type": "ir.actions.act_window_close"}

    def _tell(self):
        told = self.env._("Sorted by %(who)s", who=self.sorted_by.strip())
        return f"{told}: {self.note.strip()}" if (self.note or "").strip() else told
