from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        changes = {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys()
        before = self.sudo().all_user_ids if changes else self.env["res.users"]
        res = super().write(vals)
        if changes:
            self.env["guard.approval.request.step"]._revise_holders(before | self.sudo().all_user_ids)
        return res
