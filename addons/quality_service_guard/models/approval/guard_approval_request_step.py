from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...tools.assignment import assign
from ...tools.fingerprint import differences, fingerprint


class GuardApprovalRequestStep(models.Model):
    """One department's place in a request: what it judges, who is asked, what has been said.

    ``content`` is the present content of its aspect and ``editor_ids`` who edited it since it was judged; what was approved
    stays in ``judged_content``. The two are compared by fingerprint.
    """

    _name = "guard.approval.request.step"
    _description = "Approval Request Step"
    _inherit = ["guard.sealed.mixin"]
    _order = "request_id, sequence, id"

    # the chain's step as it was
    request_id = fields.Many2one("guard.approval.request", required=True, index=True, ondelete="cascade")
    origin_id = fields.Many2one("guard.approval.step", ondelete="set null")
    sequence = fields.Integer("Order")
    name = fields.Char("Department", required=True)
    aspect = fields.Char(required=True)
    group_id = fields.Many2one("res.groups", "Asked Group", index=True, ondelete="restrict")
    user_ids = fields.Many2many("res.users", string="Asked People")
    minimum = fields.Integer("How Many", default=1)
    deadline_hours = fields.Float()
    confirm_identity = fields.Boolean("Asks for the Password")

    # progress
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "Pending"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="waiting",
    )
    asked_user_id = fields.Many2one("res.users", "Duty Of")
    asked_for_id = fields.Many2one("res.users", "On Behalf Of")
    is_escalated = fields.Boolean("Handed On", help="Who was asked kept silent; whoever has it now acts for them.")
    asked_on = fields.Datetime()
    deadline = fields.Datetime()
    # who has left has spoken all the same
    approved_by_ids = fields.Many2many(
        "res.users", "guard_approval_request_step_approved_rel", string="Approved By", context={"active_test": False}
    )
    approved_for_ids = fields.Many2many(
        "res.users", "guard_approval_request_step_behalf_rel", string="Approved For", context={"active_test": False}
    )

    # what is judged
    content = fields.Json()
    fingerprint = fields.Char(compute="_compute_fingerprint", store=True)
    editor_ids = fields.Many2many(
        "res.users", "guard_approval_request_step_editor_rel", string="Edited By", context={"active_test": False}
    )
    judged_content = fields.Json()
    voided_content = fields.Json()
    change = fields.Text("Changed Since", compute="_compute_change")
    judged = fields.Text("What Is Judged", compute="_compute_judged")

    _pending_index = models.Index("(group_id) WHERE state = 'pending'")
    _holder_index = models.Index("(asked_user_id) WHERE state = 'pending'")

    @api.depends("name", "origin_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for step in self:
            step.display_name = step.origin_id.name or step.name

    @api.depends("content")
    def _compute_fingerprint(self):
        for step in self:
            step.fingerprint = fingerprint(step.content or {})

    @api.depends("content", "voided_content")
    @api.depends_context("lang")
    def _compute_change(self):
        for step in self:
            step.change = step._describe_change() if step.voided_content else False

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_judged(self):
        """The content in words, for who is asked but may not read the document."""
        documents = self.request_id._documents()
        for step in self:
            document = documents.get(step.request_id)
            step.judged = document._approval_tell(step.content or {}) if document else False

    # Who

    def _names(self, user):
        """Whether the chain names this user for the step, directly or by group, in the company of the document."""
        company = self.request_id.company_id
        return (
            user.active
            and not user.share
            and (not company or company.id in user.sudo()._get_company_ids())
            and (self.group_id.id in user.sudo()._get_group_ids() or user in self.user_ids)
        )

    def _mandates(self, user):
        """For whom a user may speak at this step; an empty recordset stands for their own right.

        Own right comes first, then the duty that they hold for somebody, then running delegations. None of
        them makes the user a member of the group, and none can be passed on.
        """
        mandates = [user.browse()] if self._names(user) else []
        if self.is_escalated and user == self.asked_user_id and self._names(self.asked_for_id):
            mandates.append(self.asked_for_id)
        principals = self.env["guard.delegation"]._acting_for(user, self.request_id.clause_id)
        return mandates + [principal for principal in principals if self._names(principal)]

    def _get_speakers(self):
        """Who has given an opinion at these steps, and for whom it was given."""
        return self.approved_by_ids | self.approved_for_ids

    def _may_speak(self, user, behalf=None):
        """Whether duties are kept apart when this user decides: neither requester nor editor, one opinion."""
        request = self.request_id
        barred = request.requester_id | self.editor_ids | request._get_speakers()
        company = request.company_id
        return (
            user.active
            and not user.share
            and user not in barred
            and not (behalf and behalf in barred)
            and (not company or company.id in user.sudo()._get_company_ids())
        )

    def _get_candidates(self):
        """Who could be asked by their own right: neither requester nor editor, and without opinion so far."""
        self.ensure_one()
        users = self.user_ids | self.group_id.all_user_ids
        return users.filtered(lambda user: self._names(user) and self._may_speak(user))

    def _assign(self):
        """Choose the person of each step: different ones in a request, those with the fewest open duties first.

        :raise UserError: a step has nobody to ask, or there are not enough different people
        """
        candidates = {step: step._get_candidates() for step in self}
        load = self._load(self.env["res.users"].union(*candidates.values()))
        with self._unsealed():
            for request, steps in self.grouped("request_id").items():
                steps._check_candidates(candidates)
                chosen = assign([_ranked(candidates[step].ids, load) for step in steps])
                if chosen is None:
                    raise UserError(
                        self.env._(
                            "%(document)s: the steps %(steps)s need different people, one opinion each, "
                            "and there are not enough of them.",
                            document=request.document,
                            steps=", ".join(steps.mapped("display_name")),
                        )
                    )
                load.update(chosen)
                for step, user_id in zip(steps, chosen, strict=True):
                    step._put_before(self.env["res.users"].browse(user_id))

    def _check_candidates(self, candidates):
        for step in self:
            if len(candidates[step]) < step.minimum:
                raise UserError(
                    self.env._(
                        "%(document)s: nobody can be asked for %(step)s. Add people to “%(who)s” "
                        "(who asks for approval does not count), or change the chain “%(chain)s”.",
                        document=step.request_id.document,
                        step=step.display_name,
                        who=step.group_id.full_name or ", ".join(step.user_ids.mapped("name")),
                        chain=step.request_id.chain_id.name,
                    )
                )

    def _put_before(self, user):
        """Make the step the duty of a user, or of the deputy of who is away."""
        deputy = self.env["guard.delegation"]._deputy_of(user, self.request_id.clause_id)
        if not deputy or not self._may_speak(deputy, user):
            deputy, user = user, user.browse()
        self.write({"asked_user_id": deputy.id, "asked_for_id": user.id, "is_escalated": False})

    def _ask_another(self):
        """Who was asked cannot decide any more: ask somebody else, if there is anybody.

        An edit is not refused for want of an approver: the step stays open and the gate closed until
        somebody is there, and the administrators of assurance are told.
        """
        for step in self:
            candidates = step._get_candidates()
            ranked = _ranked(candidates.ids, step._load(candidates))
            with step._unsealed():
                step._put_before(self.env["res.users"].browse(ranked[:1]))

    @api.model
    def _load(self, users):
        """Open duties of each user, as a counter by id."""
        domain = [("user_id", "in", users.ids), ("guard_clause_id", "!=", False)]
        rows = self.env["mail.activity"].sudo()._read_group(domain, ["user_id"], ["__count"])
        return Counter({user.id: count for user, count in rows})

    def _is_held_rightly(self):
        """Whether who is asked may still decide: not left, moved, or taken out of the group meanwhile."""
        user, behalf = self.asked_user_id, self.asked_for_id
        return bool(user) and self._may_speak(user, behalf) and bool(self._names(behalf or user))

    @api.model
    def _revise_holders(self, users):
        """After people left, moved or changed their groups: nobody's step gets stuck with them."""
        pending = Domain("state", "=", "pending")
        held = Domain("asked_user_id", "in", users.ids) | Domain("asked_for_id", "in", users.ids)
        steps = self.sudo().search(pending & (held | Domain("asked_user_id", "=", False)))
        lost = steps.filtered(lambda step: not step._is_held_rightly())
        if lost:
            lost._close_duties()
            lost._ask_another()
            lost._open_duties()

    # Asking

    def _ask(self, told):
        """Open the duty of each step and tell the person, with a link to the page."""
        if not self:
            return
        self.filtered(lambda step: not step._is_held_rightly())._ask_another()
        now = fields.Datetime.now()
        with self._unsealed():
            for step, deadline in self._deadlines(now).items():
                step.write({"state": "pending", "asked_on": now, "deadline": deadline})
        for step in self.filtered(lambda step: not step.asked_user_id):
            told[step.request_id].append(
                self.env._("%(step)s: nobody can be asked at present.", step=step.display_name)
            )
        self._open_duties()

    def _deadlines(self, start):
        """Until when each step is to be decided, in the working time of who is asked."""
        found = {}
        for (company, user), steps in self.grouped(lambda step: (step.request_id.company_id, step.asked_user_id)).items():
            calendar = user._guard_calendar(company)
            found.update(
                zip(
                    steps,
                    calendar._guard_deadlines([(start, step.deadline_hours) for step in steps], company),
                    strict=True,
                )
            )
        return found

    def _open_duties(self):
        """The duty of each step, and one mail for each person with links to the pages."""
        documents = self.request_id._documents()
        self.env["guard.duty.mixin"]._duty_open_many(
            [step._prepare_duty(documents[step.request_id]) for step in self if step.request_id in documents]
        )

    def _prepare_duty(self, document):
        """The duty as ``_duty_open_many`` takes it, in the language of who is asked.

        Without anybody to ask it goes to the administrators.
        """
        user = self.asked_user_id or document._duty_administrator(self.request_id.company_id)
        env = self.with_context(lang=user.lang or self.env.lang).env
        values = {"document": document.display_name, "step": self.with_env(env).display_name}
        if self.asked_user_id:
            summary = env._("Judge %(document)s for %(step)s", **values)
        else:
            summary = env._("Nobody can judge %(document)s for %(step)s: add people to its group", **values)
        return {
            "document": document,
            "key": self._duty_key(),
            "user": user,
            "behalf": self.asked_for_id,
            "clause": self.request_id.clause_id,
            "summary": summary,
            "deadline": self.deadline,
            "text": self.with_env(env)._describe_change() if self.voided_content else summary,
        }

    def _duty_key(self):
        return f"approval/{self.id}"

    def _close_duties(self, feedback=None):
        for name, steps in self.grouped(lambda step: step.request_id.res_model).items():
            documents = self.env[name].browse(steps.request_id.mapped("res_id"))
            documents._duty_close([step._duty_key() for step in steps], feedback)

    def _pass_on_duties(self):
        """More opinions are wanted than were given: where the person asked has spoken, ask the next one."""
        spoken = self.filtered(lambda step: not step._is_held_rightly())
        if spoken:
            spoken._close_duties(self.env._("Approved by %(user)s", user=self.env.user.name))
            spoken._ask_another()
            spoken._open_duties()

    def _take_content(self, content):
        """Note a changed content and who edited it."""
        with self._unsealed():
            self.write({"content": content, "editor_ids": [Command.link(self.env.uid)]})

    # In words

    def _describe_waiting(self):
        user, behalf = self.asked_user_id.name or "?", self.asked_for_id.name
        if behalf:
            return self.env._("%(step)s (%(user)s for %(behalf)s)", step=self.display_name, user=user, behalf=behalf)
        return self.env._("%(step)s (%(user)s)", step=self.display_name, user=user)

    def _describe_decision(self, kind, comment, behalf):
        values = {"step": self.display_name, "comment": comment, "behalf": behalf.name}
        if kind == "rejected":
            if behalf:
                return self.env._("%(step)s: rejected for %(behalf)s. %(comment)s", **values)
            return self.env._("%(step)s: rejected. %(comment)s", **values)
        if behalf:
            return self.env._("%(step)s: approved for %(behalf)s. %(comment)s", **values)
        return self.env._("%(step)s: approved. %(comment)s", **values)

    def _describe_change(self):
        """Before and after of what was judged, in words."""
        before = self.judged_content if self.state == "approved" else self.voided_content
        document = self.request_id._get_document()
        return document._approval_describe(differences(before, self.content)) if document else ""


def _ranked(user_ids, load):
    """The ids, those with the fewest open duties first."""
    return sorted(user_ids, key=lambda uid: (load[uid], uid))
