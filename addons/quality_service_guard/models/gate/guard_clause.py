from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ...tools.passage import is_open, passage


class GuardClause(models.Model):
    """One clause of the product service assurance policy, as chapter, section or clause.

    The clause list is the configuration page (what is in force, who owns it), the checklist of
    oversight and the map of evidence: each clause may name the model and domain whose records prove
    that it is lived. *In force* and the owner are kept for each company.
    """

    _name = "guard.clause"
    _description = "Policy Clause"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["number", "name"]
    _parent_store = True

    # identity
    number = fields.Char(required=True, index=True, help="Number in the policy: chapter.section.item.")
    name = fields.Char("Title", required=True, translate=True)
    text = fields.Text("What It Demands", translate=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one("guard.clause", "Chapter", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("guard.clause", "parent_id", "Sections and Clauses")

    # what the company does with it
    in_force = fields.Boolean(
        company_dependent=True,
        copy=False,
        help="Whether the gates of this clause are closed in the current company. "
        "Out of force, Odoo behaves as if the clause were not there.",
    )
    owner_department_id = fields.Many2one(
        "hr.department",
        "Owner Department",
        company_dependent=True,
        help="The department that answers for this clause in the current company.",
    )
    gate_ids = fields.One2many("guard.gate", "clause_id", "Gates")
    gate_count = fields.Integer(compute="_compute_gate_count")

    # evidence
    evidence_model = fields.Char(help="Technical name of the model whose records prove that the clause is lived.")
    evidence_domain = fields.Char(default="[]")
    evidence_date_field = fields.Char(default="create_date")
    evidence_count = fields.Integer("Evidence", compute="_compute_evidence")
    evidence_last_date = fields.Datetime("Last Evidence", compute="_compute_evidence")

    _number_unique = models.UniqueIndex("(number)", "A clause with this number exists already.")

    @api.depends("number", "name")
    def _compute_display_name(self):
        for clause in self:
            clause.display_name = f"{clause.number} {clause.name or ''}".strip()

    @api.depends("gate_ids")
    def _compute_gate_count(self):
        counts = dict(self.env["guard.gate"]._read_group([("clause_id", "in", self.ids)], ["clause_id"], ["__count"]))
        for clause in self:
            clause.gate_count = counts.get(clause, 0)

    @api.depends("evidence_model", "evidence_domain", "evidence_date_field")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_evidence(self):
        """Count what the reader may read; one aggregate for each clause that names evidence."""
        for clause in self:
            count, last_date = 0, False
            model = clause._get_evidence_model()
            if model is not None:
                last = f"{clause.evidence_date_field}:max"
                ((count, last_date),) = model._read_group(clause._get_evidence_domain(), [], ["__count", last])
            clause.evidence_count = count
            clause.evidence_last_date = last_date

    @api.model_create_multi
    def create(self, vals_list):
        clauses = super().create(vals_list)
        self.env["guard.gate"]._forget_modes()
        return clauses

    def write(self, vals):
        if {"number", "parent_id", "evidence_model", "evidence_domain"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("The clauses are the policy's own; only their owner and their force are set."))
        if "in_force" in vals:
            self._check_may_enforce()
            if not self.env.su and not is_open(self, "in_force"):
                raise UserError(self.env._("Clauses are put in force and suspended by their buttons, on record."))
        res = super().write(vals)
        if "in_force" in vals:
            self.env["guard.gate"]._forget_modes()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The clauses are the policy itself and are not deleted; suspend them instead."))

    # Buttons

    def action_enforce(self):
        """Open the preview of putting these clauses (none selected: all with gates) in force."""
        clauses = self or self.search([("gate_ids", "!=", False)])
        return self._action_policy_wizard("enforce", clauses)

    def action_suspend(self):
        """Ask for the reason, then take these clauses out of force."""
        return self._action_policy_wizard("suspend", self)

    def action_open_evidence(self):
        """Open the very records that the evidence figure counted."""
        self.ensure_one()
        model = self._get_evidence_model()
        if model is None:
            raise UserError(
                self.env._("Clause %(clause)s names no evidence that you may read.", clause=self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence of %(clause)s", clause=self.display_name),
            "res_model": model._name,
            "view_mode": "list,form",
            "domain": self._get_evidence_domain(),
        }

    def _action_policy_wizard(self, operation, clauses):
        self._check_may_enforce()
        wizard = self.env["guard.policy.wizard"].create({"operation": operation, "clause_ids": clauses.ids})
        return {
            "type": "ir.actions.act_window",
            "name": dict(wizard._fields["operation"]._description_selection(self.env))[operation],
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # The work

    def _set_in_force(self, in_force, reason=None):
        """Put the clauses in or out of force in the current company, with a trace on each clause.

        :param bool in_force: the new state
        :param str reason: why; demanded for a suspension by the wizard
        """
        changed = self.filtered(lambda clause: clause.in_force != in_force)
        with passage(changed, "in_force"):
            changed.write({"in_force": in_force})
        company = self.env.company.display_name
        for clause in changed:
            if in_force:
                body = self.env._("Put in force in %(company)s.", company=company)
            else:
                body = self.env._("Suspended in %(company)s. Reason: %(reason)s", company=company, reason=reason)
            clause._message_log(body=body)
        return changed

    def _check_may_enforce(self):
        if not self.env.su and not self.env.user.has_group("quality_service_guard.group_guard_manager"):
            raise AccessError(
                self.env._(
                    "Only the assurance administrator puts clauses in force or suspends them. "
                    "Ask a member of the group “%(group)s”.",
                    group=self.env.ref("quality_service_guard.group_guard_manager").sudo().full_name,
                )
            )

    def _get_evidence_model(self):
        """The model of the evidence if it exists and the reader may read it, else None."""
        model = self.env.get(self.evidence_model) if self.evidence_model else None
        return model if model is not None and model.has_access("read") else None

    def _get_evidence_domain(self):
        return Domain(safe_eval(self.evidence_domain or "[]"))
