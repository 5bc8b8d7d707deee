from odoo import fields, models


class GuardApprovalReject(models.TransientModel):
    """The reason of a rejection, asked for once for all selected requests."""

    _name = "guard.approval.reject"
    _description = "Reject Approval"

    request_ids = fields.Many2many("guard.approval.request", string="Requests", required=True)
    comment = fields.Text("Reason", required=True)

    def action_apply(self):
        """Reject with the reason."""
        self.ensure_one()
        self.request_ids.action_reject(self.comment)
        return {"type": "ir.actions.act_window_close"}
