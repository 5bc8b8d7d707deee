from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import frozendict


class GuardGate(models.Model):
    """A point on a document's path that a clause guards (design: gate).

    The gate asks nothing while its clause is not in force; in force it warns or blocks, for each company
    apart. What is asked is declared in code by ``@gate`` on the guarded model.
    """

    _name = "guard.gate"
    _description = "Gate"
    _inherit = ["mail.thread"]
    _order = "clause_id, code"

    # identity
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Text("What It Asks", translate=True)
    clause_id = fields.Many2one("guard.clause", "Clause", required=True, index=True, ondelete="restrict")
    model = fields.Char("Document", required=True, readonly=True, help="Technical name of the guarded model.")
    model_name = fields.Char("Document Type", compute="_compute_model_name")
    asks_conditions = fields.Boolean(
        readonly=True, help="Whether an approver may demand that something is met before this gate."
    )

    # mode
    mode = fields.Selection(
        [("warn", "Warn"), ("block", "Block")],
        company_dependent=True,
        default="block",
        help="What happens while the clause is in force: "
        "warn lets the document pass and logs it, block refuses with the obstacles.",
    )
    effective_mode = fields.Selection(
        [("off", "Off"), ("warn", "Warn"), ("block", "Block")], compute="_compute_effective_mode"
    )

    _code_unique = models.UniqueIndex("(code)", "A gate with this code exists already.")

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for gate in self:
            gate.model_name = self.env["ir.model"]._get(gate.model).name or gate.model

    @api.depends("mode", "clause_id.in_force")
    @api.depends_context("company")
    def _compute_effective_mode(self):
        for gate in self:
            gate.effective_mode = gate.mode or "block" if gate.clause_id.in_force else "off"

    @api.model_create_multi
    def create(self, vals_list):
        gates = super().create(vals_list)
        self._forget_modes()
        return gates

    def write(self, vals):
        if {"code", "model", "clause_id", "asks_conditions"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("What a gate guards and for which clause is fixed; only its mode is set."))
        if "mode" in vals:
            self.env["guard.clause"]._check_may_enforce()
            for gate in self.filtered(lambda gate: gate.mode != vals["mode"]):
                gate._message_log(
                    body=self.env._(
                        "Mode in %(company)s: %(old)s → %(new)s.",
                        company=self.env.company.display_name,
                        old=gate.mode,
                        new=vals["mode"],
                    )
                )
        res = super().write(vals)
        self._forget_modes()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_modes()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A gate is part of the policy; suspend its clause instead of deleting it."))

    @api.model
    @tools.ormcache()
    def _modes(self):
        """Every gate that is closed somewhere, for all companies, without a query after the first call.

        :return: ``{code: {company_id: "warn" | "block"}}``; a gate that is off everywhere is absent
        """
        modes = {}
        gates = self.sudo().search([])
        for company in self.env["res.company"].sudo().with_context(active_test=False).search([]):
            for gate in gates.with_company(company):
                if gate.effective_mode != "off":
                    modes.setdefault(gate.code, {})[company.id] = gate.effective_mode
        return frozendict({code: frozendict(by_company) for code, by_company in modes.items()})

    @api.model
    def _forget_modes(self):
        """Ask anew what is in force: now, and once more when everybody can see it.

        Between the two another thread may have asked and kept the old answer.
        """
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    def _companies(self, code):
        """The companies where a gate warns or blocks; no query."""
        return self.env["res.company"].browse(self._modes().get(code, ()))

    @api.model
    def _mode(self, code, company):
        """Mode of one gate for one company.

        A record without company is judged by the strictest company: what belongs to everybody must not
        be the way round.

        :rtype: str
        """
        by_company = self._modes().get(code)
        if not by_company:
            return "off"
        if company:
            return by_company.get(company.id, "off")
        return "block" if "block" in by_company.values() else "warn"
