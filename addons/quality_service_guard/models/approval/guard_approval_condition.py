from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.passage import is_open, passage


class GuardApprovalCondition(models.Model):
    """ "Yes, if …": a condition under which a department approved, with owner and due date.

    A later gate that it names asks for it: the document is approved, but goods do not leave before the
    condition is met. Who owns it reports it met with the proof; somebody else accepts that.
    """

    _name = "guard.approval.condition"
    _description = "Approval Condition"
    _inherit = ["guard.asked.mixin"]

    _settled_states = ("met", "void")

    # identity
    name = fields.Char("Condition")
    state = fields.Selection(
        [("open", "Open"), ("reported", "Reported Met"), ("met", "Met"), ("void", "Void")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
        tracking=True,
    )

    # subject
    request_id = fields.Many2one("guard.approval.request", required=True, readonly=True, index=True, ondelete="cascade")
    step_id = fields.Many2one(
        "guard.approval.request.step", "Department", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char(related="request_id.res_model", store=True)
    res_id = fields.Many2oneReference(related="request_id.res_id", store=True, model_field="res_model", index=True)
    document = fields.Char(related="request_id.document")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    gate_id = fields.Many2one(
        "guard.gate", "Asked For By", required=True, readonly=True, index=True, ondelete="restrict",
        domain="[('asks_conditions', '=', True)]",
    )  # fmt: skip

    # who and when
    set_by_id = fields.Many2one("res.users", "Set By", required=True, readonly=True)
    user_id = fields.Many2one(string="Owner", required=True)
    deadline = fields.Datetime(required=True)

    # result
    proof = fields.Text(tracking=True)
    reported_by_id = fields.Many2one("res.users", "Reported By", readonly=True, copy=False)
    accepted_by_id = fields.Many2one("res.users", "Accepted By", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        if not is_open(self, "engine"):
            raise UserError(self.env._("A condition is set by approving under it, never by itself."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A condition stays on record with the approval that it belongs to."))

    # Buttons

    def action_report(self):
        """Report the condition met, with the proof."""
        self.check_access("write")
        for condition in self:
            if condition.state != "open":
                raise UserError(self.env._("%(condition)s is not open any more.", condition=condition.name))
            if not (condition.proof or "").strip():
                raise UserError(self.env._("%(condition)s: write down what proves it.", condition=condition.name))
        self._set_state("reported", reported_by_id=self.env.uid)
        self._duty_close(["condition"], self.env._("Reported by %(user)s", user=self.env.user.name))
        self._open_duties()

    def action_accept(self):
        """Accept that it is met: by the department that set it, never by who reported it."""
        self._check_is_judge()
        for condition in self:
            if condition.state != "reported":
                raise UserError(self.env._("%(condition)s has not been reported met.", condition=condition.name))
            if condition.reported_by_id == self.env.user:
                raise UserError(
                    self.env._("%(condition)s: who reported it does not accept it.", condition=condition.name)
                )
        self._set_state("met", accepted_by_id=self.env.uid, settled_on=fields.Datetime.now())
        self._duty_close(["accept"], self.env._("Accepted by %(user)s", user=self.env.user.name))

    def action_return(self):
        """The proof does not do: the owner is asked again."""
        self._check_is_judge()
        if any(condition.state != "reported" for condition in self):
            raise UserError(self.env._("Only what was reported met is returned."))
        self._set_state("open", reported_by_id=False)
        self._duty_close(["accept"], self.env._("Returned by %(user)s", user=self.env.user.name))
        self._open_duties()

    def action_waive(self):
        """Give the condition up: by the department that set it, with the reason."""
        self._check_is_judge()
        for condition in self:
            if condition.state not in ("open", "reported"):
                raise UserError(self.env._("%(condition)s is not open any more.", condition=condition.name))
            if not (condition.proof or "").strip():
                raise UserError(self.env._("%(condition)s: write down why it is given up.", condition=condition.name))
        self._void()

    def action_open_document(self):
        """Open the document that was approved under the condition."""
        self.ensure_one()
        return self.request_id.action_open_document()

    # The work

    def _prepare_edit(self, vals):
        if vals.keys() - {"proof", "user_id", "deadline"} - set(self.env["mail.thread"]._fields):
            raise UserError(self.env._("A condition keeps its words and its gate; it is settled by its buttons only."))
        if self._asking_fields & vals.keys():
            self._check_is_judge()
        return super()._prepare_edit(vals)

    def _check_is_judge(self):
        """Who set the condition, and whoever the same step asks."""
        self.check_access("write")
        for condition in self:
            if self.env.user != condition.set_by_id and not condition.step_id.sudo()._mandates(self.env.user):
                raise UserError(
                    self.env._(
                        "%(condition)s was set by %(user)s for %(step)s; that department decides on it.",
                        condition=condition.name,
                        user=condition.set_by_id.name,
                        step=condition.step_id.sudo().display_name,
                    )
                )

    @api.model
    def _impose(self, vals_list):
        """Note conditions under which the present user approves, and ask their owners."""
        with passage(self, "engine"):
            conditions = self.sudo().create([{**vals, "set_by_id": self.env.uid} for vals in vals_list])
        conditions._open_duties()
        return conditions

    def _void(self):
        """Nobody asks for these any more; an edit alone never does this, or it would be the way round."""
        left = self.filtered(lambda condition: condition.state in ("open", "reported")).sudo()
        left._set_state("void", settled_on=fields.Datetime.now())
        left._duty_close()

    def _prepare_duty(self):
        """The owner meets it, then the department that set it looks at the proof."""
        reported = self.state == "reported"
        return {
            "key": "accept" if reported else "condition",
            "user": self.set_by_id if reported else self.user_id,
            "clause": self.request_id.clause_id,
            "summary": self.env._("Accept: %(condition)s", condition=self.name) if reported else self.name,
        }

    def _duty_is_open(self, key):
        return self.state == {"condition": "open", "accept": "reported"}.get(key)

    def _describe(self):
        return self.env._(
            "Condition: %(condition)s (%(user)s, until %(deadline)s, before: %(gate)s)",
            condition=self.name,
            user=self.user_id.name,
            deadline=fields.Datetime.context_timestamp(self, self.deadline).strftime("%Y-%m-%d %H:%M"),
            gate=self.gate_id.name,
        )

    @api.model
    def _obstacles(self, documents, code):
        """What is still to be met before documents pass a later gate.

        :param documents: approved documents of one model
        :return: ``{document: [sentence, ...]}``
        """
        found = {}
        conditions = self.sudo().search(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("gate_id.code", "=", code),
                ("state", "in", ("open", "reported")),
            ]
        )
        by_id = {document.id: document for document in documents}
        for condition in conditions:
            found.setdefault(by_id[condition.res_id], []).append(
                self.env._(
                    "%(document)s was approved by %(step)s on a condition that is not met: “%(condition)s”. "
                    "%(user)s has to meet it and show the proof.",
                    document=condition.document,
                    step=condition.step_id.display_name,
                    condition=condition.name,
                    user=condition.user_id.name,
                )
            )
        return found
