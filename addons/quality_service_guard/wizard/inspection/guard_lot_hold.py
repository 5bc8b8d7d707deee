from odoo import fields, models
from odoo.exceptions import UserError


class GuardLotHold(models.TransientModel):
    """The reason for holding or releasing lots, asked for once for all that are selected."""

    _name = "guard.lot.hold"
    _description = "Hold or Release Lots"

    kind = fields.Selection([("hold", "Hold"), ("release", "Release")], required=True, default="hold")
    lot_ids = fields.Many2many("stock.lot", string="Lots", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Hold or release the lots with the reason."""
        self.ensure_one()
        self.lot_ids.check_access("read")
        self.lot_ids._guard_check_may_hold()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason is read by everybody who meets these lots."))
        hold = self.kind == "hold"
        lots = self.lot_ids._guard_hold_lots(reason) if hold else self.lot_ids._guard_release_lots(reason)
        if not lots:
            names = ", ".join(self.lot_ids.mapped("display_name"))
            raise UserError(
                self.env._("%(lots)s: held already.", lots=names)
                if hold
                else self.env._("%(lots)s: not held.", lots=names)
            )
        return {"type": "ir.actions.act_window_close"}
