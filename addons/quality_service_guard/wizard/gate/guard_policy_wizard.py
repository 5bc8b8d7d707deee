from odoo import api, fields, models
from odoo.exceptions import UserError


class GuardPolicyWizard(models.TransientModel):
    """Preview of putting clauses in force, or the reason of suspending them, in the present company."""

    _name = "guard.policy.wizard"
    _description = "Put the Policy in Force"

    operation = fields.Selection(
        [("enforce", "Put the Policy in Force"), ("suspend", "Suspend")], required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    clause_ids = fields.Many2many("guard.clause", string="Clauses")
    gate_ids = fields.Many2many("guard.gate", string="Gates", compute="_compute_preview")
    preview = fields.Text("What Changes", compute="_compute_preview")
    reason = fields.Text()

    @api.depends("clause_ids", "operation")
    def _compute_preview(self):
        for wizard in self:
            clauses = wizard.clause_ids.with_company(wizard.company_id)
            enforce = wizard.operation == "enforce"
            changing = clauses.filtered(lambda clause, enforce=enforce: clause.in_force != enforce)
            wizard.gate_ids = changing.gate_ids
            wizard.preview = "\n".join(wizard._describe(gate) for gate in wizard.gate_ids) or self.env._(
                "Nothing changes for documents: no gate hangs on what is selected, or it is so already."
            )

    def _describe(self, gate):
        """What happens to documents at one gate; only what would be stopped is counted, which asks every open one."""
        gate = gate.with_company(self.company_id)
        if self.operation == "suspend":
            return self.env._("%(gate)s (%(model)s) asks nothing any more.", gate=gate.name, model=gate.model_name)
        stopped = self.env[gate.model]._guard_preview(gate.code, self.company_id)
        if gate.mode == "warn":
            return self.env._(
                "%(gate)s (%(model)s) warns and logs. Open documents that it would meet today: %(count)s.",
                gate=gate.name,
                model=gate.model_name,
                count=stopped,
            )
        return self.env._(
            "%(gate)s (%(model)s) refuses until its obstacles are removed. "
            "Open documents that it would stop today: %(count)s.",
            gate=gate.name,
            model=gate.model_name,
            count=stopped,
        )

    def action_apply(self):
        """Do what the preview shows."""
        self.ensure_one()
        clauses = self.clause_ids.with_company(self.company_id)
        clauses._check_may_enforce()
        if self.operation == "suspend" and not (self.reason or "").strip():
            raise UserError(self.env._("Say why the clauses are suspended: it stays on record."))
        clauses._set_in_force(self.operation == "enforce", self.reason)
        return {"type": "ir.actions.act_window_close"}
