from odoo import models


class MrpWorkorder(models.Model):
    """A work order that is done has used the concessions that let it go on (clause 2.3.3)."""

    _inherit = "mrp.workorder"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "done" and self.env["stock.move"]._guard_inspects():
            self.env["guard.concession"].sudo().search(
                [("inspection_id.workorder_id", "in", self.ids), ("state", "=", "granted"), ("used_on", "=", False)]
            )._note_use()
        return res
