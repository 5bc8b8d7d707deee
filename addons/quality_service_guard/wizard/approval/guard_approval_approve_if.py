from odoo import fields, models
from odoo.addons.base.models.res_users import check_identity
from odoo.exceptions import UserError

from ...tools.passage import passage


class GuardApprovalApproveIf(models.TransientModel):
    """The condition of an approval: what must be met, by whom, until when, before which later step."""

    _name = "guard.approval.approve.if"
    _description = "Approve with a Condition"

    request_ids = fields.Many2many("guard.approval.request", string="Requests", required=True)
    condition = fields.Char(required=True)
    user_id = fields.Many2one("res.users", "Owner", required=True, domain="[('share', '=', False)]")
    deadline = fields.Datetime("Due", required=True)
    gate_id = fields.Many2one(
        "guard.gate",
        "Before",
        required=True,
        domain="[('asks_conditions', '=', True)]",
        default=lambda self: self.env["guard.gate"].search([("asks_conditions", "=", True)], limit=1),
    )
    comment = fields.Text()

    def action_apply(self):
        """Approve under the condition; where a step demands it, after the password."""
        self.ensure_one()
        if self.request_ids._wants_identity():
            return self.action_apply_identified()
        return self._apply()

    @check_identity
    def action_apply_identified(self):
        """Approve under the condition after the password was asked again."""
        with passage(self.request_ids, "identity"):
            return self._apply()

    def _apply(self):
        if self.deadline <= fields.Datetime.now():
            raise UserError(self.env._("The condition is due in the past. Choose a later moment."))
        if not self.gate_id.asks_conditions:
            raise UserError(self.env._("“%(gate)s” does not ask for conditions.", gate=self.gate_id.name))
        values = {
            "name": self.condition,
            "user_id": self.user_id.id,
            "deadline": self.deadline,
            "gate_id": self.gate_id.id,
        }
        result = self.request_ids._decide("approved", self.comment, values)
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
