from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr, formatLang

from ...tools.fingerprint import differences, fingerprint


class GuardApprovalMixin(models.AbstractModel):
    """A document that is approved by a chain of departments, each bound to the content that it judged.

    An heir (also of ``mail.thread``, ``mail.activity.mixin`` and ``guard.duty.mixin``) says in
    ``_approval_aspects`` which fields each department judges, lines included, calls ``_approval_ask`` to
    ask and ``_approval_refresh`` after edits, and fills the hooks at the end. A gate asks
    ``_approval_open_points``, which compares fingerprints itself, so that no way of editing escapes it.
    """

    _name = "guard.approval.mixin"
    _description = "Document to Approve"

    # {aspect: (path, ...)}; a path is a field of the subject or "lines.field"
    _approval_aspects = {}

    approval_request_ids = fields.One2many(
        "guard.approval.request", "res_id", "Approvals", domain=lambda self: [("res_model", "=", self._name)]
    )
    approval_request_id = fields.Many2one("guard.approval.request", "Approval", compute="_compute_approval_request")
    approval_step_ids = fields.One2many(
        "guard.approval.request.step", string="Sign-offs", compute="_compute_approval_request"
    )
    approval_condition_ids = fields.One2many(
        "guard.approval.condition", string="Conditions", compute="_compute_approval_condition"
    )
    waiting_for = fields.Char(compute="_compute_approval_request")
    approval_explanation = fields.Text("Who Must Approve", compute="_compute_approval_explanation")
    can_approve = fields.Boolean(compute="_compute_can_approve")
    approval_seen = fields.Char(compute="_compute_can_approve", export_string_translation=False)

    @api.depends("approval_request_ids.step_ids.state")
    @api.depends_context("lang")
    def _compute_approval_request(self):
        """The present request: the one asked last."""
        for record in self:
            requests = record.sudo().approval_request_ids
            # slices forget with whom they were read; without this each record would be read alone
            request = requests.sorted("id")[-1:].with_prefetch(requests._prefetch_ids)
            record.approval_request_id = request
            record.approval_step_ids = request.step_ids
            record.waiting_for = request.waiting_for

    @api.depends("approval_request_ids.condition_ids")
    def _compute_approval_condition(self):
        for record in self:
            record.approval_condition_ids = record.sudo().approval_request_ids.condition_ids

    @api.depends("approval_request_ids.step_ids.state", "approval_request_ids.step_ids.content")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        for record in self:
            step, _behalf, _reason = record.approval_request_id._place_of(self.env.user)
            record.can_approve = bool(step)
            record.approval_seen = step.fingerprint

    def _compute_approval_explanation(self):
        """Who must approve and which rule says so, before anybody is asked."""
        chains = self.env["guard.approval.chain"]._match(self._origin)
        for record in self:
            chain = chains.get(record._origin)
            record.approval_explanation = record._approval_explain(chain) if record._origin else False

    # Buttons

    def action_approve(self):
        """Approve at the step that waits for the present user."""
        self.check_access("read")
        return self.approval_request_id.action_approve()

    def action_approve_if(self):
        """Ask for the condition, then approve under it."""
        self.check_access("read")
        return self.approval_request_id.action_approve_if_wizard()

    def action_reject(self):
        """Ask for the reason, then reject."""
        self.check_access("read")
        return self.approval_request_id.action_reject_wizard()

    # Asking

    def _approval_explain(self, chain):
        if not chain:
            return self.env._(
                "No approval chain fits this document. An administrator adds one under "
                "Assurance > Configuration > Approval Chains."
            )
        rule = [chain.name]
        if chain.amount_min:
            rule.append(
                self.env._(
                    "amount %(amount)s is at least %(limit)s",
                    amount=f"{self.sudo()._approval_amount():,.2f}",
                    limit=f"{chain.amount_min:,.2f}",
                )
            )
        if chain.domain != "[]":
            rule.append(self.env._("condition %(domain)s", domain=chain.domain))
        lines = [self.env._("Rule: %(rule)s", rule="; ".join(rule))]
        for step in chain.step_ids:
            users = (step.user_ids | step.group_id.all_user_ids).filtered("active")
            lines.append(
                self.env._(
                    "%(order)s. %(step)s: %(minimum)s of %(people)s",
                    order=step.sequence,
                    step=step.name,
                    minimum=step.minimum,
                    people=", ".join(users.mapped("name")) or self.env._("nobody"),
                )
            )
        return "\n".join(lines)

    def _approval_ask(self, requester=None):
        """Put the documents before their chains.

        :param requester: who asks, the present user by default
        :raise UserError: a document that no chain fits, a step with nobody to ask
        """
        chains = self.env["guard.approval.chain"]._match(self)
        for record in self:
            if not chains.get(record) or not chains[record].step_ids:
                raise UserError(
                    self.env._(
                        "%(document)s: no approval chain fits, and what nobody approves does not pass. "
                        "An administrator adds a chain under Assurance > Configuration > Approval Chains.",
                        document=record.display_name,
                    )
                )
        contents = self.sudo()._approval_contents()
        self.env["guard.approval.request"]._open(
            [(record, chains[record], contents[record]) for record in self], requester or self.env.user
        )

    def _approval_withdraw(self, reason):
        """Take running requests back."""
        self.sudo().approval_request_id._withdraw(reason)

    # Content

    def _approval_contents(self, aspects=None):
        """What each department judges, as it is now.

        :param aspects: only these, all by default
        :return: ``{record: {aspect: {"field" | "lines/<id>/field": plain value}}}``
        """
        return {
            record: {
                aspect: dict(record._approval_content(paths))
                for aspect, paths in self._approval_aspects.items()
                if aspects is None or aspect in aspects
            }
            for record in self
        }

    def _approval_content(self, paths):
        subject = self._approval_subject()
        for path in paths:
            head, _dot, tail = path.partition(".")
            if not tail:
                yield path, _plain(subject, path)
            for line in subject._approval_lines(head) if tail else ():
                yield f"{head}/{line.id}/{tail}", _plain(line, tail)

    def _approval_refresh(self):
        """Note edits: void the approvals of the departments concerned and ask them again."""
        requests = self.sudo().approval_request_id.filtered(lambda request: request.state in ("pending", "approved"))
        if not requests:
            return
        contents = self.sudo()._approval_contents()
        for record in self.sudo():
            request = record.approval_request_id & requests
            edited = {}
            for step in request.step_ids:
                content = contents[record][step.aspect]
                if fingerprint(content) != step.fingerprint:
                    edited[step] = differences(step.content, content)
                    step._take_content(content)
            if edited:
                record._approval_edited(edited)
            if stale := request.step_ids.filtered(lambda step, edited=edited: step in edited and step.state == "approved"):
                record._approval_reopened(stale)
                request._reopen(stale)

    def _approval_open_points(self):
        """What is missing until the approval stands, for a gate.

        :return: ``{record: [sentence, ...]}``; records whose approval stands for the present content are absent
        """
        points = {}
        contents = self.sudo()._approval_contents()
        for record in self:
            request = record.sudo().approval_request_id
            texts = []
            for step in request.step_ids:
                if fingerprint(contents[record][step.aspect]) != step.fingerprint:
                    texts.append(self.env._("%(step)s has not judged the present content.", step=step.display_name))
                elif step.state == "pending":
                    texts.append(
                        self.env._(
                            "%(step)s must approve: %(user)s is asked since %(since)s.",
                            step=step.display_name,
                            user=step.asked_user_id.name,
                            since=fields.Datetime.context_timestamp(self, step.asked_on).strftime("%Y-%m-%d %H:%M"),
                        )
                    )
                elif step.state == "waiting":
                    texts.append(self.env._("%(step)s is asked after the others.", step=step.display_name))
            if request.state != "approved" and not texts:
                texts.append(self.env._("It is not approved."))
            if texts:
                points[record] = texts
        return points

    def _approval_describe(self, changes):
        """Changes of content in words a reader knows: line, field, before and after.

        :param changes: ``[(key, before, after)]`` of ``fingerprint.differences``
        """
        keys, befores, afters = zip(*changes, strict=True) if changes else ((), (), ())
        fields_of = self._approval_fields(keys)
        words = _in_words(self.env, [field for _line, field in fields_of] * 2, [*befores, *afters])
        return "; ".join(
            f"{self._approval_label(line, field)} {words[index]} → {words[index + len(keys)]}"
            for index, (line, field) in enumerate(fields_of)
        )

    def _approval_tell(self, content):
        """What a department judges, in words: first what stands for the whole, then each line in a line.

        :param dict content: as ``_approval_contents`` gives it for one aspect
        """
        fields_of = self._approval_fields(content)
        words = _in_words(self.env, [field for _line, field in fields_of], content.values())
        told, lines = [], defaultdict(dict)
        for key, (line, field), text in zip(content, fields_of, words, strict=True):
            if line is None:
                told.append(f"{self._approval_label(line, field)}: {text}")
            else:
                lines[key.rpartition("/")[0], line][field.name] = text
        return "\n".join([*told, *(self._approval_tell_line(line, values) for (_key, line), values in lines.items())])

    def _approval_fields(self, keys):
        """The line and the field that each key of a content stands for; None as line for the whole, empty for one removed.

        :return: ``[(line, field)]``
        """
        subject = self._approval_subject()
        splits = [key.split("/") for key in keys]
        ids = defaultdict(set)
        for head, *rest in splits:
            if rest:
                ids[head].add(int(rest[0]))
        lines = {(head, line.id): line for head, some in ids.items() for line in subject[head].browse(some).exists()}
        return [
            (lines.get((head, int(rest[0])), subject[head].browse()), subject[head]._fields[rest[1]])
            if rest
            else (None, subject._fields[head])
            for head, *rest in splits
        ]

    def _approval_label(self, line, field):
        """The name that a reader knows for a field, of the whole or of a line."""
        label = field._description_string(self.env)
        if line is None:
            return label
        return f"{line.display_name if line else self.env._('removed line')}: {label}"

    # Duties

    def _approval_step_of(self, key):
        """The step whose duty has this key; empty for duties of another kind."""
        kind, _slash, number = (key or "").partition("/")
        found = int(number) if kind == "approval" and number.isdecimal() else ()
        return self.env["guard.approval.request.step"].sudo().browse(found).exists()

    def _duty_is_open(self, key):
        step = self._approval_step_of(key)
        return step.state == "pending" if step else super()._duty_is_open(key)

    def _duty_may_take(self, key, user, behalf):
        step = self._approval_step_of(key)
        if step:
            return step._may_speak(user, behalf) and step._names(behalf or user)
        return super()._duty_may_take(key, user, behalf)

    def _duty_peers(self, key):
        step = self._approval_step_of(key)
        return step._get_candidates() if step else super()._duty_peers(key)

    def _duty_moved(self, key, user, behalf, escalated):
        step = self._approval_step_of(key)
        with step._unsealed():
            step.write(
                {"asked_user_id": user.id, "asked_for_id": behalf.id, "is_escalated": escalated and bool(behalf)}
            )
        return super()._duty_moved(key, user, behalf, escalated)

    def _duty_page(self, key):
        step = self._approval_step_of(key)
        return step.request_id.with_env(self.env) if step else super()._duty_page(key)

    # For heirs

    def _approval_tell_line(self, line, words):
        """One line in words.

        :param line: the line, empty where it was removed
        :param dict words: ``{field: its value in words}``
        """
        name = line.display_name if line else self.env._("removed line")
        return f"{name}: {', '.join(self._approval_labelled(line, words))}"

    def _approval_labelled(self, line, words):
        return [f"{line._fields[fname]._description_string(self.env)} {text}" for fname, text in words.items()]

    def _approval_subject(self):
        """The record whose fields are judged."""
        return self

    def _approval_amount(self):
        """What the amounts of the chains are compared with, in the company's currency."""
        return 0.0

    def _approval_clause(self):
        """The clause that asks for the approval."""
        return self.env["guard.clause"]

    def _approval_veto(self, step, kind):
        """Why the document can't be decided now at this step; None if it can."""
        return None

    def _approval_granted(self):
        """All steps of these documents approved."""

    def _approval_refused(self, comment):
        """A step rejected these documents."""

    def _approval_edited(self, changes):
        """The content of some steps changed, approved or not.

        :param dict changes: ``{step: [(key, before, after)]}`` since the step's content was last noted
        """

    def _approval_reopened(self, steps):
        """The approvals of these steps are void, their departments are asked again."""


def _plain(record, fname):
    """A stored value as JSON keeps it, the same text for the same value."""
    field, value = record._fields[fname], record[fname]
    if field.relational:
        return sorted(value.ids) if field.type in ("many2many", "one2many") else value.id
    if field.type in ("float", "monetary"):
        digits = field.get_digits(record.env) if field.type == "float" else None
        return float_repr(value, digits[1] if digits else 6)
    if field.type in ("date", "datetime"):
        return field.to_string(value) if hasattr(field, "to_string") and value else str(value or "")
    return value if isinstance(value, bool | int) else str(value or "")


def _in_words(env, fields_of, values):
    """Plain values as people read them, with one query a model.

    :return: a text for each value
    """
    pairs = list(zip(fields_of, values, strict=True))
    ids = defaultdict(set)
    for field, value in pairs:
        if field.relational and value:
            ids[field.comodel_name].update(value if isinstance(value, list) else [value])
    names = {
        (model, record.id): record.display_name
        for model, some in ids.items()
        for record in env[model].sudo().browse(some).exists()
    }

    def words(field, value):
        if value in (None, "", [], False):
            return "–"
        if field.relational:
            known = value if isinstance(value, list) else [value]
            return ", ".join(names.get((field.comodel_name, each), str(each)) for each in known)
        if field.type in ("float", "monetary"):
            least = 2 if field.type == "monetary" else field.get_min_display_digits(env) or 0
            decimals = str(value).rstrip("0").partition(".")[2]
            return formatLang(env, float(value), digits=max(least, len(decimals)))
        return str(value)

    return [words(field, value) for field, value in pairs]
