from odoo import api, fields, models
from odoo.exceptions import UserError


class GuardInspectionDecide(models.TransientModel):
    """What becomes of a lot that has been read: each part of it accepted, rejected or to be sorted (clause 2.2.3)."""

    _name = "guard.inspection.decide"
    _description = "Decide Inspection"

    inspection_id = fields.Many2one("guard.inspection", required=True, readonly=True)
    product_id = fields.Many2one(related="inspection_id.product_id")
    uom_id = fields.Many2one(related="inspection_id.uom_id")
    waiting = fields.Float(related="inspection_id.waiting")
    lot_ids = fields.Many2many(related="inspection_id.lot_ids")
    has_lots = fields.Boolean(compute="_compute_has_lots")

    # what the readings say, as it was when the dialog was opened; it is judged again when it is decided
    is_acceptable = fields.Boolean(readonly=True)
    result = fields.Text(readonly=True)
    findings = fields.Text("Not Met", readonly=True)

    line_ids = fields.One2many("guard.inspection.decide.line", "dialog_id", "Parts")
    decided = fields.Float(compute="_compute_decided", digits="Product Unit")
    left = fields.Float("Still Waiting", compute="_compute_decided", digits="Product Unit")

    @api.depends("inspection_id")
    def _compute_has_lots(self):
        for dialog in self:
            dialog.has_lots = len(dialog.lot_ids) > 1

    @api.depends("line_ids.quantity", "waiting")
    def _compute_decided(self):
        for dialog in self:
            dialog.decided = sum(dialog.line_ids.mapped("quantity"))
            dialog.left = dialog.waiting - dialog.decided

    def action_apply(self):
        """Decide as the parts say, as far as readings and quantities bear it out."""
        self.ensure_one()
        self.inspection_id._check_may_inspect()
        self._check_reasons()
        self.inspection_id._judge()
        self.inspection_id._decide({self.inspection_id: [line._prepare_part() for line in self.line_ids]})
        return {"type": "ir.actions.act_window_close"}

    def _check_reasons(self):
        for line in self.line_ids:
            if line.verdict != "accepted" and not (line.reason or "").strip():
                raise UserError(
                    self.env._(
                        "%(inspection)s: say why %(quantity)s %(unit)s are not accepted; the supplier and "
                        "whoever sorts them will read it.",
                        inspection=self.inspection_id.name,
                        quantity=f"{line.quantity:g}",
                        unit=self.uom_id.name,
                    )
                )
