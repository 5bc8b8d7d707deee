from collections import defaultdict

from markupsafe import Markup, escape
from odoo import api, fields, models
from odoo.addons.base.models.res_users import check_identity
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...tools.actions import open_form, tally
from ...tools.fingerprint import fingerprint
from ...tools.passage import is_open, passage


class GuardApprovalRequest(models.Model):
    """A document put before the steps of a chain, with the chain as it was when it was asked.

    Nobody has write access: it is decided by ``action_approve`` and ``action_reject`` only, and reopened by
    the document itself when what a department judged is edited. Who is asked may read it, and in it what
    is to be judged, also where the document itself is closed to them.
    """

    _name = "guard.approval.request"
    _description = "Approval Request"
    _inherit = ["guard.sealed.mixin"]
    _order = "asked_on desc, id desc"
    _rec_name = "document"

    # subject
    chain_id = fields.Many2one("guard.approval.chain", required=True, index=True, ondelete="restrict")
    ledger_id = fields.Many2one(related="chain_id.ledger_id", store=True)  # a chain keeps the one that it began
    clause_id = fields.Many2one("guard.clause", "Clause", index="btree_not_null", ondelete="restrict")
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
    condition_ids = fields.One2many("guard.approval.condition", "request_id", "Conditions")

    # for the reader
    waiting_for = fields.Char(compute="_compute_waiting_for")
    deadline = fields.Datetime(compute="_compute_waiting_for")
    is_mine = fields.Boolean("Waits for Me", compute="_compute_is_mine", search="_search_is_mine")
    seen = fields.Char(compute="_compute_seen", export_string_translation=False)
    can_read_document = fields.Boolean(
        compute="_compute_can_read_document", search="_search_can_read_document", export_string_translation=False
    )

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

    @api.depends("step_ids.state", "step_ids.content")
    @api.depends_context("uid")
    def _compute_seen(self):
        """What the present user judges, as they see it: a decision on another content is refused."""
        for request in self:
            step, _behalf, _reason = request._place_of(self.env.user)
            request.seen = step.fingerprint

    @api.depends("step_ids.state")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self.filtered_domain(self._search_is_mine("in", [True]))
        for request in self:
            request.is_mine = request in mine

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_read_document(self):
        readable = set()
        for documents in self.sudo()._documents_by_model():
            found = documents.exists().sudo(False)._filtered_access("read")
            readable.update((found._name, document_id) for document_id in found.ids)
        for request in self:
            request.can_read_document = (request.res_model, request.res_id) in readable

    def _search_can_read_document(self, operator, value):
        """Requests about what the person may read; record rules, which have this searched, have the rights of none."""
        if operator != "in":
            return NotImplemented
        mine = self.sudo(False).with_context(active_test=False)
        models_ = [mine.env[name] for name in self.pool.descendants(["guard.approval.mixin"], "_inherit")]
        return Domain.OR(
            Domain("res_model", "=", model._name) & Domain("res_id", "in", model._search([]))
            for model in models_
            if not model._abstract and model.has_access("read")
        )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        user = self.env.user
        asked = Domain.OR(
            (Domain("user_ids", "in", person.ids) | Domain("group_id", "in", person.all_group_ids.ids))
            & (Domain("request_id.clause_id", "child_of", clause_ids) if clause_ids else Domain.TRUE)
            for person, clause_ids in [(user, ()), *self.env["guard.delegation"]._mandates(user)]
        ) | Domain("asked_user_id", "=", user.id)
        return Domain("requester_id", "!=", user.id) & Domain(
            "step_ids", "any", Domain("state", "=", "pending") & asked
        )

    # Buttons

    def action_approve(self, comment=None):
        """Approve, each request at the step that waits for the present user.

        :param str comment: kept with the decision
        :raise UserError: the only request, or every one, may not be approved by the user; says why for each
        """
        if self._wants_identity():
            return self.action_approve_identified(comment)
        return self._decide("approved", comment)

    def action_reject(self, comment=None):
        """Reject, with the reason; the other pending steps are withdrawn.

        :param str comment: the reason, demanded
        """
        return self._decide("rejected", comment)

    @check_identity
    def action_approve_identified(self, comment=None):
        """Approve after the password was asked again, where a step of the chain demands it."""
        with passage(self, "identity"):
            return self._decide("approved", comment)

    def action_reject_wizard(self):
        """Ask for the reason, then reject the selected requests."""
        return self._action_wizard("guard.approval.reject", self.env._("Reject"))

    def action_approve_if_wizard(self):
        """Ask for the condition, then approve the selected requests under it."""
        return self._action_wizard("guard.approval.approve.if", self.env._("Approve with a Condition"))

    def action_open_document(self):
        """Open the document that is to be judged, or the request itself where the document is closed to the user."""
        self.ensure_one()
        self.check_access("read")
        document = self._get_document()
        if document and document.with_env(self.env).has_access("read"):
            return open_form(self.res_model, self.res_id)
        return open_form(self._name, self.id)

    def _action_wizard(self, model, title):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": self.ids, "guard_seen": self.env.context.get("guard_seen")},
        }

    # Deciding

    def _decide(self, kind, comment, condition=None):
        """Enter the present user's decision on each request that they may decide.

        :param str kind: "approved" or "rejected"
        :param dict condition: values of the condition under which it is approved
        """
        self.check_access("read")
        comment = (comment or "").strip()
        if kind == "rejected" and not comment:
            raise UserError(self.env._("Say why you reject: who asked has to know what to put right."))
        places, reasons = self._places(kind)
        if reasons and not places:
            raise UserError("\n".join(reasons.values()))
        done = self.browse().union(*places).sudo()
        done._enter([(request, step, kind, comment, behalf) for request, (step, behalf) in places.items()])
        told = defaultdict(list)
        for request, (step, behalf) in places.items():
            told[request.sudo()].append(step._describe_decision(kind, comment, behalf))
        if condition:
            done._impose(places, condition, told)
        if kind == "rejected":
            done._reject(places, comment, told)
        else:
            done._approve(places, told)
        done._tell(told)
        return self._report(done, list(reasons.values()))

    def _places(self, kind):
        """Where the present user decides each request.

        :return: ``({request: (step, behalf)}, {request: why it is skipped})``
        """
        found = {request: request._place_of(self.env.user) for request in self}
        documents = self._documents()
        contents = self._present_contents(documents, {step.aspect for step, _behalf, _reason in found.values()})
        places, reasons = {}, {}
        for request, (step, behalf, reason) in found.items():
            document = documents.get(request)
            reason = reason or request._refusal(step, kind, document, contents.get(document))
            if reason:
                reasons[request] = self.env._(
                    "%(document)s: %(reason)s", document=request.sudo().document, reason=reason
                )
            else:
                places[request] = (step, behalf)
        return places, reasons

    def _place_of(self, user):
        """The pending step at which a user decides, and for whom; or why there is none.

        :return: ``(step, whom they act for, None)``, or no step and nobody with the reason
        """
        request, nobody = self.sudo(), user.browse()
        steps = request.step_ids
        if request.state != "pending":
            last = request.decision_ids[:1]
            decider = last.user_id.name or request.requester_id.name
            return steps.browse(), nobody, self.env._("already decided by %(user)s.", user=decider)
        if user == request.requester_id:
            return steps.browse(), nobody, self.env._("who asked for approval does not approve.")
        # what is filtered forgets with whom it was read; without this each request would be read alone
        pending = steps.filtered(lambda step: step.state == "pending").with_prefetch(steps._prefetch_ids)
        asked = [(step, behalf) for step in pending for behalf in step._mandates(user)]
        if not asked:
            reason = self.env._("waits for %(who)s, not for you.", who=request.waiting_for)
            return steps.browse(), nobody, reason
        free = [(step, behalf) for step, behalf in asked if not step.editor_ids & (user | behalf)]
        if not free:
            reason = self.env._("you edited what is to be judged; somebody else must judge it.")
            return steps.browse(), nobody, reason
        given = steps.filtered(lambda step: user in step._get_speakers())
        if given:
            reason = self.env._(
                "you have given your opinion for %(step)s; one person gives one opinion on a document.",
                step=given[0].display_name,
            )
            return steps.browse(), nobody, reason
        speakers = request._get_speakers() | request.requester_id
        for step, behalf in free:
            if behalf not in speakers or not behalf:
                return step, behalf, None
        reason = self.env._("%(user)s, for whom you act, has no voice left here.", user=free[0][1].name)
        return steps.browse(), nobody, reason

    def _get_speakers(self):
        """Everybody who has given an opinion, and for whom it was given."""
        return self.step_ids._get_speakers()

    def _refusal(self, step, kind, document, contents):
        """Why a document cannot be decided now at the step; None if it can."""
        if not document:
            return self.env._("the document is gone.")
        seen = self.env.context.get("guard_seen")  # from a form that is open: it can only refuse, never permit
        if fingerprint(contents[step.aspect]) != step.fingerprint or (seen and seen != step.fingerprint):
            return self.env._("it was changed a moment ago. Look at it again, then decide.")
        if kind == "approved" and step.confirm_identity and not is_open(self, "identity"):
            return self.env._("%(step)s asks for your password. Open it and approve there.", step=step.display_name)
        return document.with_env(self.env).sudo()._approval_veto(step, kind)

    def _wants_identity(self):
        """Whether a step that waits for the present user demands the password."""
        asking = self.filtered(
            lambda request: any(s.confirm_identity and s.state == "pending" for s in request.sudo().step_ids)
        )
        steps = [request._place_of(self.env.user)[0] for request in asking]
        return any(step.confirm_identity for step in steps) and not is_open(self, "identity")

    def _approve(self, places, told):
        by_behalf = defaultdict(self.step_ids.browse)
        for step, behalf in places.values():
            by_behalf[behalf] |= step
        with self.step_ids._unsealed():
            for behalf, steps in by_behalf.items():
                steps.write({"approved_by_ids": [Command.link(self.env.uid)]})
                if behalf:
                    steps.write({"approved_for_ids": [Command.link(behalf.id)]})
            spoken = self.step_ids.browse().union(*by_behalf.values())
            complete = spoken.filtered(lambda step: len(step.approved_by_ids) >= step.minimum)
            for step in complete:
                step.write(
                    {
                        "state": "approved",
                        "judged_content": step.content,
                        "voided_content": False,
                        "editor_ids": [Command.clear()],
                    }
                )
        complete._close_duties(self.env._("Approved by %(user)s", user=self.env.user.name))
        (spoken - complete)._pass_on_duties()
        self._advance(told)

    def _reject(self, places, comment, told):
        steps = self.step_ids.browse().union(*(step for step, _behalf in places.values()))
        with self.step_ids._unsealed():
            steps.write({"state": "rejected"})
        steps._close_duties(self.env._("Rejected by %(user)s", user=self.env.user.name))
        self._close("rejected")
        for documents in self._documents_by_model():
            documents._approval_refused(comment)

    def _impose(self, places, condition, told):
        """Note the condition under which each request is approved."""
        conditions = self.env["guard.approval.condition"]._impose(
            [{**condition, "request_id": request.id, "step_id": step.id} for request, (step, _b) in places.items()]
        )
        for condition in conditions:
            told[condition.request_id].append(condition._describe())

    # Documents

    def _get_document(self):
        self.ensure_one()
        return self._documents().get(self, self.env[self.res_model])

    def _documents(self):
        """The document of each request, read at once; requests whose document is gone are absent.

        :rtype: dict[GuardApprovalRequest, models.Model]
        """
        by_key = {}
        for documents in self.sudo()._documents_by_model():
            # one query tells which are there, archived ones too, and reads them
            there = documents.with_context(active_test=False).search_fetch([("id", "in", documents.ids)], order="id")
            by_key.update({(document._name, document.id): document for document in there.with_env(documents.env)})
        keys = {request: (request.res_model, request.res_id) for request in self.sudo()}
        return {request.with_env(self.env): by_key[key] for request, key in keys.items() if key in by_key}

    def _documents_by_model(self):
        """The documents, a recordset a model, whether they are there or not."""
        return [
            self.env[name].sudo().browse(requests.mapped("res_id"))
            for name, requests in self.grouped("res_model").items()
        ]

    def _present_contents(self, documents, aspects):
        """What the departments would judge now, by document; one reading for all."""
        contents = {}
        for name in dict.fromkeys(document._name for document in documents.values()):
            records = self.env[name].sudo().union(*(d for d in documents.values() if d._name == name))
            contents.update(records._approval_contents(aspects))
        return contents

    # Ledger, log and mail

    def _enter(self, entries):
        """Enter decisions into the ledgers of their chains.

        :param entries: ``[(request, step or empty, kind, comment, whom it was decided for or empty)]``
        """
        by_ledger = defaultdict(list)
        for request, step, kind, comment, behalf in entries:
            request = request.sudo()
            by_ledger[request.ledger_id].append(
                {
                    "request_id": request.id,
                    "step_id": step.id,
                    "res_model": request.res_model,
                    "res_id": request.res_id,
                    "document": request.document,
                    "company_id": request.company_id.id,
                    "kind": kind,
                    "user_id": self.env.uid,
                    "behalf_id": behalf.id,
                    "decided_on": fields.Datetime.now(),
                    "comment": comment or False,
                    "aspect": step.aspect,
                    "fingerprint": step.fingerprint,
                    "content": step.content or False,
                }
            )
        for ledger in sorted(by_ledger, key=lambda ledger: ledger.id):
            ledger._append(by_ledger[ledger])

    def _log(self, told):
        """One line in the chatter of each document, whatever happened to it.

        :param dict told: ``{request: [sentence, ...]}``
        """
        author = self.env.user.partner_id
        bodies = defaultdict(dict)
        for request, texts in told.items():
            bodies[request.res_model][request.res_id] = Markup("<br/>").join(escape(text) for text in texts)
        for name, by_id in bodies.items():
            self.env[name].sudo().browse(by_id)._message_log_batch(by_id, author_id=author.id)

    def _tell(self, told):
        """Log what happened, and mail who asked where it was decided: one mail a person, however many documents."""
        self._log(told)
        decided = self.filtered(
            lambda request: (
                request.state in ("approved", "rejected")
                and request.requester_id != self.env.user
                and request.requester_id.active
            )
        )
        for requester, requests in decided.grouped("requester_id").items():
            self.env["guard.duty.mixin"]._duty_mail(
                requester,
                [(request.document, request.res_model, request.res_id, told[request][-1]) for request in requests],
            )

    def _report(self, done, skipped):
        """What the browser shows after a decision: nothing to add for one, the tally for many."""
        if len(self) == 1:
            return True
        title = self.env._("%(done)s decided, %(skipped)s skipped", done=len(done), skipped=len(skipped))
        return tally(title, skipped)
