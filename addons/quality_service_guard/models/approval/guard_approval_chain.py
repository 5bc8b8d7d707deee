from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ...tools.passage import is_open, passage


class GuardApprovalChain(models.Model):
    """Which documents need whose approval: the rule that an approval request is made from.

    The first chain of a model that fits (company, amount, domain) is taken. A request keeps the chain as
    it was when it was asked; changing the chain changes only later requests.
    """

    _name = "guard.approval.chain"
    _description = "Approval Chain"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    # identity
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # which documents
    model = fields.Char("Document", required=True, help="Technical name of the model that is approved.")
    gate_id = fields.Many2one("guard.gate", "Gate", index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    domain = fields.Char(default="[]", required=True, help="Only documents that fit.", tracking=True)
    amount_min = fields.Float(
        "From Amount", help="Only documents of at least this amount, in the company's currency.", tracking=True
    )

    # who
    step_ids = fields.One2many("guard.approval.step", "chain_id", "Steps", copy=True)
    ledger_id = fields.Many2one("guard.approval.ledger", readonly=True, copy=False, ondelete="restrict")

    @api.constrains("model", "domain")
    def _check_rule(self):
        for chain in self:
            model = self.env.get(chain.model)
            if model is None or not hasattr(model, "_approval_aspects"):
                raise ValidationError(
                    self.env._(
                        "Chain %(chain)s: documents of “%(model)s” are not approved by chains.",
                        chain=chain.name,
                        model=chain.model,
                    )
                )
            try:
                chain._get_domain().validate(model)
            except Exception as error:
                raise ValidationError(
                    self.env._("Chain %(chain)s: the domain cannot be used: %(error)s", chain=chain.name, error=error)
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        chains = super().create(vals_list)
        for chain in chains:
            with passage(chain, "ledger"):
                chain.ledger_id = self.env["guard.approval.ledger"]._for_chain(chain)
        return chains

    def write(self, vals):
        if "ledger_id" in vals and not is_open(self, "ledger"):
            raise UserError(self.env._("A chain keeps the ledger that it began."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        used = self.env["guard.approval.request"].sudo().search_count([("chain_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(self.env._("A chain that was used stays on record; archive it."))

    @api.model
    def _match(self, records):
        """The chain of each document.

        :return: ``{record: chain}``; documents that no chain fits are absent
        """
        chains = self.sudo().search([("model", "=", records._name)])
        found = {}
        for chain in chains:
            left = records.filtered(lambda record, found=found: record not in found).sudo()
            fitting = left.filtered(
                lambda record, chain=chain: (
                    (not chain.company_id or chain.company_id == record.company_id)
                    and record._approval_amount() >= chain.amount_min
                )
            ).filtered_domain(chain._get_domain())
            found.update(dict.fromkeys(records.browse(fitting.ids), chain))
        return found

    def _get_domain(self):
        return Domain(safe_eval(self.domain or "[]"))
