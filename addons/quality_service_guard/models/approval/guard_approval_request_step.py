from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.assignment import assign
from ...tools.fingerprint import differences, fingerprint


class GuardApprovalRequestStep(models.Model):
    """One department's place in a request: what it judges, who is asked, what has been said.

    ``content`` is the present content of its aspect and ``editor_id`` who edited it last; what was approved
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
    asked_on = fields.Datetime()
    deadline = fields.Datetime()
    approved_by_ids = fields.Many2many("res.users", "guard_approval_request_step_approved_rel", string="Approved By")

    # what is judged
    content = fields.Json()
    fingerprint = fields.Char(compute="_compute_fingerprint", store=True)
    editor_id = fields.Many2one("res.users", "Last Edited By")
    judged_content = fields.Json()
    voided_content = fields.Json()
    change = fields.Text("Changed Since", compute="_compute_change")

    _pending_index = models.Index("(group_id) WHERE state = 'pending'")

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

    def _asks(self, user):
        """Whether the step asks this user, whichever way of the chain names them."""
        return (
            user.active
            and not user.share
            and (user in self.user_ids or (self.group_id and self.group_id in user.all_group_ids))
        )

    def _get_candidates(self):
        """Who could be asked: active, internal, of the company, neither requester nor last editor."""
        self.ensure_one()
        users = self.user_ids | self.group_id.all_user_ids
        request = self.request_id
        return users.filtered(
            lambda user: (
                self._asks(user)
                and user not in (request.requester_id, self.editor_id)
                and (not request.company_id or request.company_id in user.company_ids)
            )
        )

    def _assign(self):
        """Choose the person of each step: different ones, those with the fewest open duties first.

        :raise UserError: a step has nobody to ask, or there are not enough different people
        """
        candidates = {step: step._get_candidates() for step in self}
        for step, users in candidates.items():
            if len(users) < step.minimum:
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
        chosen = assign(self._rank(candidates.values()))
        if chosen is None:
            raise UserError(
                self.env._(
                    "%(document)s: the steps %(steps)s need different people, one opinion each, "
                    "and there are not enough of them.",
                    document=self.request_id.document,
                    steps=", ".join(self.mapped("display_name")),
                )
            )
        with self._unsealed():
            for step, user_id in zip(candidates, chosen, strict=True):
                step.asked_user_id = user_id

    def _ask_another(self):
        """Who was asked edited the document since, or left: ask somebody else, if there is anybody.

        An edit is not refused for want of an approver: the step stays open and the gate closed until
        somebody is there.
        """
        (ranked,) = self._rank([self._get_candidates()])
        with self._unsealed():
            self.asked_user_id = ranked[0] if ranked else False

    def _rank(self, groups):
        """Ids of each group of users, those with the fewest open duties first."""
        users = self.env["res.users"].union(*groups)
        domain = [("user_id", "in", users.ids), ("guard_clause_id", "!=", False)]
        rows = self.env["mail.activity"].sudo()._read_group(domain, ["user_id"], ["__count"])
        load = {user.id: count for user, count in rows}
        return [sorted(group.ids, key=lambda uid: (load.get(uid, 0), uid)) for group in groups]

    def _ask(self):
        """Open the duty of each step and tell the person, with a link to the page."""
        now = fields.Datetime.now()
        company = self.request_id.company_id
        calendar = company.resource_calendar_id
        deadlines = calendar._guard_deadlines([(now, step.deadline_hours) for step in self], company)
        for step, deadline in zip(self, deadlines, strict=True):
            if step.asked_user_id not in step._get_candidates():
                step._ask_another()
            with step._unsealed():
                step.write({"state": "pending", "asked_on": now, "deadline": deadline})
            step._tell()

    def _tell(self):
        """Open the duty of the person asked, and mail them the link to the page."""
        document, user = self.request_id._get_document(), self.asked_user_id
        if not user:
            self.request_id._log(self.env._("%(step)s: nobody can be asked at present.", step=self.display_name))
            return
        summary = self.env._("Judge %(document)s for %(step)s", document=document.display_name, step=self.display_name)
        document._duty_open(self._duty_key(), user, document._approval_clause(), summary, self.deadline)
        text = self._describe_change() if self.voided_content else summary
        self.request_id._notify(user, summary, text)

    def _duty_key(self):
        return f"approval/{self.id}"

    def _close_duty(self, feedback=None):
        for step in self:
            document = step.request_id._get_document()
            if document:
                document._duty_close([step._duty_key()], feedback)

    def _is_stale(self):
        """Whether the document has moved on from the content that the step shows."""
        document = self.request_id._get_document()
        return fingerprint(document._approval_contents()[document][self.aspect]) != self.fingerprint

    def _take_content(self, content):
        """Note a changed content and who edited it."""
        with self._unsealed():
            self.write({"content": content, "editor_id": self.env.uid})

    def _describe_waiting(self):
        return self.env._("%(step)s (%(user)s)", step=self.display_name, user=self.asked_user_id.name or "?")

    def _describe_change(self):
        """Before and after of what was judged, in words."""
        before = self.judged_content if self.state == "approved" else self.voided_content
        document = self.request_id._get_document()
        return document._approval_describe(differences(before, self.content)) if document else ""
