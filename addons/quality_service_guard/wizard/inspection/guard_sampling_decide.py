from odoo import fields, models
from odoo.exceptions import UserError

from ...models.inspection.guard_sampling_notice import KINDS

# where each notice means something
WHERE = {
    "approved": ("normal",),
    "irregular": ("normal", "reduced"),
    "ordered": ("reduced",),
    "resumed": ("discontinued",),
}


class GuardSamplingDecide(models.TransientModel):
    """What is decided about how severely something is inspected, and why."""

    _name = "guard.sampling.decide"
    _description = "Decide about Severity"

    state_ids = fields.Many2many("guard.sampling.state", string="Sampling States", required=True, readonly=True)
    kind = fields.Selection(KINDS, "Decision", required=True, readonly=True)
    reason = fields.Text(required=True)
    verified_by_id = fields.Many2one(
        "res.users", "Verified By", domain="[('share', '=', False)]", help="Who has verified that the correction works."
    )

    def action_apply(self):
        """Enter the notice."""
        self.ensure_one()
        self.state_ids._check_may_decide()
        self._check_reason()
        for state in self.state_ids:
            self._check_state(state)
        if self.kind == "resumed":
            self._check_apart()
        self.state_ids._notice(self.kind, self.reason.strip(), verified_by_id=self.verified_by_id.id)
        return {"type": "ir.actions.act_window_close"}

    def _check_reason(self):
        if not self.state_ids:
            raise UserError(self.env._("Select at least one sampling state."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: it stays on record."))
        if self.kind == "resumed" and (not self.verified_by_id or self.verified_by_id.share):
            raise UserError(self.env._("Say what was corrected, and who has verified it; without that it is not resumed."))

    def _check_state(self, state):
        if self.kind == "approved" and not state.can_reduce:
            raise UserError(
                self.env._(
                    "Reduced inspection is turned off in %(company)s. An administrator turns it on under Settings > Assurance, "
                    "once the table has been checked against the standard.",
                    company=state.company_id.name,
                )
            )
        if state.severity not in WHERE[self.kind]:
            names = dict(state._fields["severity"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(state)s is %(severity)s; there “%(decision)s” means nothing.",
                    state=state.display_name,
                    severity=names[state.severity],
                    decision=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
                )
            )

    def _check_apart(self):
        """Who inspected the refused lots resumes nothing: neither who read them nor who decided about them."""
        refused = self.state_ids._get_refused().sudo()
        mine = refused.filtered(lambda inspection: inspection._is_inspected_by(self.env.user))
        if mine:
            raise UserError(
                self.env._(
                    "You inspected %(inspections)s, so somebody else who signs for quality, or an administrator of assurance, "
                    "resumes it.",
                    inspections=", ".join(mine.mapped("name")),
                )
            )
