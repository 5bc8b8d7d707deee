from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.actions import open_form


class GuardApprovalRequest(models.Model):
    """A document put before the steps of a chain, with the chain as it was when it was asked.

    Nobody has write access: it is decided by ``action_approve`` and ``action_reject`` only, and reopened by
    the document itself when what a department judged is edited.
    """

    _name = "guard.approval.request"
    _description = "Approval Request"
    _inherit = ["guard.sealed.mixin"]
    _order = "asked_on desc, id desc"
    _rec_name = "document"

    # subject
    chain_id = fields.Many2one("guard.approval.chain", required=True, index=True, ondelete="restrict")
    res_model = fields.Char("Document Model", required=True)
    res_id = fields.Many2oneReference("Document ID", model_field="res_model", required=True, index=True)
    document = fields.Char(required=True)
    document_type = fields.Char(compute="_compute_document_type")
    company_id = fields.Many2one("res.company", index=True)
    amount = fields.Float(aggregator=None)

    # progress
    state = fields.Selection(
        [("pending", "Pending"), ("approved", "Approved"), ("rejected", "Rejected"), ("withdrawn", "Withdrawn")],
        required=True,
        default="pending",
        index=True,
    )
    requester_id = fields.Many2one("res.users", "Asked By", required=True, index=True, ondelete="restrict")
    asked_on = fields.Datetime(required=True)
    decided_on = fields.Datetime()
    step_ids = fields.One2many("guard.approval.request.step", "request_id", "Steps")
    decision_ids = fields.One2many("guard.approval.decision", "request_id", "Decisions")

    # for the reader
    waiting_for = fields.Char(compute="_compute_waiting_for")
    deadline = fields.Datetime(compute="_compute_waiting_for")
    is_mine = fields.Boolean("Waits for Me", compute="_compute_is_mine", search="_search_is_mine")

    _document_index = models.Index("(res_model, res_id)")

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_document_type(self):
        for request in self:
            request.document_type = self.env["ir.model"]._get(request.res_model).name

    @api.depends("step_ids.state", "step_ids.deadline")
    def _compute_waiting_for(self):
        for request in self:
            pending = request.step_ids.filtered(lambda step: step.state == "pending")
            request.waiting_for = ", ".join(step._describe_waiting() for step in pending) or False
            request.deadline = min((step.deadline for step in pending if step.deadline), default=False)

    @api.depends("step_ids.state")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self.filtered_domain(self._search_is_mine("in", [True]))
        for request in self:
            request.is_mine = request in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        user = self.env.user
        asked = Domain("user_ids", "in", user.ids) | Domain("group_id", "in", user.all_group_ids.ids)
        return Domain("requester_id", "!=", user.id) & Domain(
            "step_ids", "any", Domain("state", "=", "pending") & asked
        )

    # Buttons

    def action_approve(self, comment=None):
        """Approve, each request at the step that waits for the present user.

        :param str comment: kept with the decision
        :raise UserError: the only request, or every one, may not be approved by the user; says why for each
        """
        return self._decide("approved", comment)

    def action_reject(self, comment=None):
        """Reject, with the reason; the other pending steps are withdrawn.

        :param str comment: the reason, demanded
        """
        return self._decide("rejected", comment)

    def action_reject_wizard(self):
        """Ask for the reason, then reject the selected requests."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "guard.approval.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": self.ids},
        }

    def action_open_document(self):
        """Open the document that is to be judged."""
        self.ensure_one()
        return open_form(self.res_model, self.res_id)

    # Deciding

    def _decide(self, kind, comment):
        self.check_access("read")
        comment = (comment or "").strip()
        if kind == "rejected" and not comment:
            raise UserError(self.env._("Say why you reject: who asked has to know what to put right."))
        self.sudo().chain_id.ledger_id._lock()
        self.invalidate_recordset()
        done, skipped = self.browse(), []
        for request in self:
            reason = request._refusal(kind)
            if reason:
                skipped.append(self.env._("%(document)s: %(reason)s", document=request.sudo().document, reason=reason))
            else:
                request._decide_step(request._step_for(self.env.user), kind, comment)
                done |= request
        if skipped and not done:
            raise UserError("\n".join(skipped))
        return self._report(done, skipped)

    def _report(self, done, skipped):
        """What the browser shows after a decision: nothing to add for one, the tally for many."""
        if len(self) == 1:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("%(done)s decided, %(skipped)s skipped", done=len(done), skipped=len(skipped)),
                "message": "\n".join(skipped),
                "type": "warning" if skipped else "success",
                "sticky": bool(skipped),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _refusal(self, kind):
        """Why the present user may not decide this request now; None if they may."""
        request, user = self.sudo(), self.env.user
        if request.state != "pending":
            last = request.decision_ids[:1]
            return self.env._("already decided by %(user)s.", user=last.user_id.name or request.requester_id.name)
        if user == request.requester_id:
            return self.env._("who asked for approval does not approve.")
        asked = request.step_ids.filtered(lambda step: step.state == "pending" and step._asks(user))
        if not asked:
            return self.env._("waits for %(who)s, not for you.", who=request.waiting_for)
        if all(step.editor_id == user for step in asked):
            return self.env._("you edited last what is to be judged; somebody else must judge it.")
        given = request.step_ids.filtered(lambda step: user in step.approved_by_ids)
        if given:
            return self.env._(
                "you have given your opinion for %(step)s; one person gives one opinion on a document.",
                step=given[0].display_name,
            )
        step = self._step_for(user)
        document = request._get_document()
        if not document:
            return self.env._("the document is gone.")
        seen = self.env.context.get("guard_seen")  # a page that was opened before an edit; it can only refuse
        if step._is_stale() or (seen and seen != step.fingerprint):
            return self.env._("it was changed a moment ago. Look at it again, then decide.")
        return document.with_env(self.env).sudo()._approval_veto(step, kind)

    def _step_for(self, user):
        """The step that this user decides."""
        return self.sudo().step_ids.filtered(
            lambda step: step.state == "pending" and step._asks(user) and step.editor_id != user
        )[:1]

    def _decide_step(self, step, kind, comment):
        request = self.sudo()
        request._ledger([(step, kind, comment)])
        if kind == "rejected":
            return request._close("rejected", step, comment)
        with step._unsealed():
            step.write({"approved_by_ids": [fields.Command.link(self.env.uid)]})
            if len(step.approved_by_ids) >= step.minimum:
                step.write({"state": "approved", "judged_content": step.content, "voided_content": False})
        if step.state == "approved":
            step._close_duty(self.env._("Approved by %(user)s", user=self.env.user.name))
        request._log(self.env._("%(step)s: approved. %(comment)s", step=step.display_name, comment=comment))
        request._advance()

    def _advance(self):
        """Ask the next steps, or grant the document when none is left."""
        for request in self.sudo():
            left = request.step_ids.filtered(lambda step: step.state != "approved")
            if not left:
                request._close("approved")
                continue
            order = min(left.mapped("sequence"))
            waiting = left.filtered(lambda step, order=order: step.sequence == order and step.state == "waiting")
            if waiting:
                waiting._ask()

    def _close(self, state, step=None, comment=None):
        request, document = self.sudo(), self._get_document()
        with request._unsealed():
            request.write({"state": state, "decided_on": fields.Datetime.now()})
        others = request.step_ids.filtered(lambda other: other.state in ("pending", "waiting") and other != step)
        with others._unsealed():
            if step:
                step.write({"state": state})
                step._close_duty(self.env._("Rejected by %(user)s", user=self.env.user.name))
            others.write({"state": "withdrawn"})
        others._close_duty()
        if state == "rejected":
            request._log(
                self.env._("%(step)s: rejected. %(comment)s", step=step.display_name, comment=comment), notify=True
            )
            document._approval_refused(request, comment)
        elif state == "approved":
            request._log(self.env._("Approved by all who were asked."), notify=True)
            document._approval_granted(request)

    def _withdraw(self, reason):
        """Take running requests back, on record."""
        running = self.sudo().filtered(lambda request: request.state == "pending")
        for request in running:
            request._ledger([(request.step_ids.browse(), "withdrawn", reason)])
            request._close("withdrawn")

    def _reopen(self, stale):
        """Ask the departments again whose judged content was edited; the others' approvals stand.

        :param stale: approved steps of these requests whose content is not what was judged
        """
        for request in self.sudo():
            steps = stale & request.step_ids
            request._ledger([(step, "voided", step._describe_change()) for step in steps])
            with request._unsealed(), steps._unsealed():
                request.write({"state": "pending", "decided_on": False})
                for step in steps:
                    step.write(
                        {
                            "state": "waiting",
                            "voided_content": step.judged_content,
                            "approved_by_ids": [fields.Command.clear()],
                        }
                    )
            for step in steps:
                request._log(
                    self.env._(
                        "%(step)s is asked again, because this was changed after the approval: %(change)s",
                        step=step.display_name,
                        change=step._describe_change(),
                    )
                )
            request._advance()

    # Asking

    @api.model
    def _open(self, document, chain, contents, requester):
        """Put one document before a chain.

        :param dict contents: the document's content by aspect
        :param requester: who asks; never an approver of it
        """
        now = fields.Datetime.now()
        with self._unsealed(), self.env["guard.approval.request.step"]._unsealed():
            request = self.sudo().create(
                {
                    "chain_id": chain.id,
                    "res_model": document._name,
                    "res_id": document.id,
                    "document": document.sudo().display_name,
                    "company_id": document.company_id.id,
                    "amount": document._approval_amount(),
                    "requester_id": requester.id,
                    "asked_on": now,
                    "step_ids": [
                        fields.Command.create({**step._prepare_request_step_values(), "content": contents[step.aspect]})
                        for step in chain.step_ids
                    ],
                }
            )
        request.step_ids._assign()
        request._advance()
        return request

    def _get_document(self):
        self.ensure_one()
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _ledger(self, entries):
        """Enter decisions into the ledger of the chain.

        :param entries: ``[(step or empty, kind, comment)]``
        """
        self.ensure_one()
        self.chain_id.ledger_id._append(
            [
                {
                    "request_id": self.id,
                    "step_id": step.id,
                    "res_model": self.res_model,
                    "res_id": self.res_id,
                    "document": self.document,
                    "company_id": self.company_id.id,
                    "kind": kind,
                    "user_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                    "comment": comment or False,
                    "aspect": step.aspect,
                    "fingerprint": step.fingerprint,
                    "content": step.content or False,
                }
                for step, kind, comment in entries
            ]
        )

    def _log(self, text, notify=False):
        """One line in the document's chatter; told to who asked when it matters to them."""
        document = self._get_document()
        document._message_log(body=text, author_id=self.env.user.partner_id.id)
        if notify and self.requester_id != self.env.user and self.requester_id.active:
            self._notify(self.requester_id, self.document, text)

    def _notify(self, user, subject, text):
        """Mail one person, with a link to the document."""
        document = self._get_document()
        document.message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p>") % text,
            model=document._name,
            res_id=document.id,
            email_layout_xmlid="mail.mail_notification_layout",
        )
