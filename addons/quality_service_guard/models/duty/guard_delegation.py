from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...tools.lineage import lineage
from ...tools.passage import is_open, passage

FOREWARNING = timedelta(days=7)  # how long before an absence a deputy is proposed
USUAL_ABSENCE = timedelta(days=7)  # proposed where Odoo knows of none


class GuardDelegation(models.Model):
    """Between two moments somebody acts for somebody else: does their duties and decides in their name.

    It lends the voice, not the rights: the deputy joins no group, cannot lend it on, and the ledger says "B for
    A". It begins and ends by the clock; duties that are open go over and come back. A proposal, made where
    Odoo knows of an absence, lends nothing until the person confirms it.
    """

    _name = "guard.delegation"
    _description = "Delegation"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Who Is Away", required=True, index=True, default=lambda self: self.env.user, ondelete="restrict"
    )
    deputy_id = fields.Many2one(
        "res.users", "Deputy", index=True, ondelete="restrict", domain="[('share', '=', False), ('id', '!=', user_id)]"
    )
    date_from = fields.Datetime("From", required=True, default=fields.Datetime.now)
    date_to = fields.Datetime("Until", required=True)
    clause_ids = fields.Many2many(
        "guard.clause", string="Only For", help="Clauses or chapters for which the deputy acts. Empty: for all."
    )
    reason = fields.Char()
    state = fields.Selection(
        [("proposed", "Proposed"), ("planned", "Planned"), ("running", "Running"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
    )

    _in_order = models.Constraint("CHECK (date_to > date_from)", "A delegation ends after it begins.")

    @api.model
    def default_get(self, fields):
        """Propose the dates of the next absence that Odoo knows of, else a week, and the standing deputy."""
        values = super().default_get(fields)
        user = self.env["res.users"].browse(values.get("user_id") or self.env.uid)
        if "deputy_id" in fields and not values.get("deputy_id"):
            values["deputy_id"] = user.guard_deputy_id.id
        if "date_to" in fields and not values.get("date_to"):
            values.update(self._prepare_dates(user, values.get("date_from")))
        return values

    @api.model
    def _prepare_dates(self, user, start):
        known_start, stop = self._absences(user).get(user, (False, False))
        start = known_start or start or fields.Datetime.now()
        return {"date_from": start, "date_to": stop or start + USUAL_ABSENCE}

    @api.depends("user_id", "deputy_id")
    def _compute_display_name(self):
        for delegation in self:
            names = {"deputy": delegation.deputy_id.name, "user": delegation.user_id.name}
            if delegation.deputy_id:
                delegation.display_name = self.env._("%(deputy)s for %(user)s", **names)
            else:
                delegation.display_name = self.env._("Nobody yet for %(user)s", **names)

    # not by the state: what has been planned begins and ends by the clock, whoever has left meanwhile
    @api.constrains("user_id", "deputy_id", "date_from", "date_to", "clause_ids")
    def _check_delegation(self):
        for delegation in self.filtered(lambda delegation: delegation.state in ("planned", "running")):
            deputy = delegation.deputy_id
            if not deputy or deputy == delegation.user_id or deputy.share or not deputy.active:
                raise ValidationError(
                    self.env._(
                        "%(user)s: name a deputy who is an active internal user and somebody else.",
                        user=delegation.user_id.name,
                    )
                )
            others = self.sudo().search(
                Domain("user_id", "=", delegation.user_id.id)
                & Domain("state", "in", ("planned", "running"))
                & Domain("id", "!=", delegation.id)
                & Domain("date_from", "<", delegation.date_to)
                & Domain("date_to", ">", delegation.date_from)
            )
            for other in others:
                if not delegation.clause_ids or not other.clause_ids or delegation._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%(user)s is represented by %(deputy)s from %(start)s until %(stop)s already. "
                            "End that delegation first, or choose other clauses.",
                            user=other.user_id.name,
                            deputy=other.deputy_id.name,
                            start=other.date_from,
                            stop=other.date_to,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        if not is_open(self, "engine"):
            delegations._check_may_delegate()
            for delegation in delegations:
                if delegation.date_to <= fields.Datetime.now():
                    raise UserError(self.env._("A delegation that has ended already lends nothing. Choose a later end."))
            delegations._set_state("planned")
            delegations._check_delegation()
        self.env.registry.clear_cache()
        delegations._advance_now()
        return delegations

    def write(self, vals):
        if is_open(self, "state"):
            return super().write(vals)
        self._check_may_delegate()
        if "state" in vals:
            raise UserError(self.env._("A delegation is confirmed and ended by its buttons, and by the clock."))
        fixed = {"user_id", "deputy_id", "date_from", "clause_ids"} & vals.keys()
        if any(delegation.state == "ended" or (delegation.state == "running" and fixed) for delegation in self):
            raise UserError(self.env._("What a delegation lent stays on record. End it, and make a new one."))
        res = super().write(vals)
        self._check_may_delegate()
        self.env.registry.clear_cache()
        self._advance_now()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_before_it_began(self):
        self._check_may_delegate()
        if any(delegation.state in ("running", "ended") for delegation in self):
            raise UserError(self.env._("What a delegation lent stays on record; end it instead."))

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    # Buttons

    def action_confirm(self):
        """Confirm a proposal: from here it lends the voice between its dates."""
        self._check_may_delegate()
        confirmed = self.filtered(lambda delegation: delegation.state == "proposed")
        confirmed._set_state("planned")
        confirmed._check_delegation()
        self._advance_now()

    def action_end(self):
        """End it now; open duties return. A proposal that is not wanted is not made again for the same absence."""
        self._check_may_delegate()
        for delegation in self.filtered(lambda delegation: delegation.state != "ended"):
            now = fields.Datetime.now()
            if delegation.state == "proposed" or delegation.date_from >= now:
                delegation._set_state("ended")
            else:
                with passage(delegation, "state"):
                    delegation.sudo().write({"date_to": now})
        self.env.registry.clear_cache()
        self._advance_now()

    def _check_may_delegate(self):
        """People lend their own voice; an administrator of assurance does it for who cannot."""
        if self.env.su or self.env.user.has_group("quality_service_guard.group_guard_manager"):
            return
        if any(delegation.user_id != self.env.user for delegation in self):
            raise AccessError(
                self.env._(
                    "You lend your own voice only. For somebody else ask a member of “%(group)s”.",
                    group=self.env.ref("quality_service_guard.group_guard_manager").sudo().full_name,
                )
            )

    # Who acts for whom

    @api.model
    @tools.ormcache()
    def _lent(self):
        """Every delegation that runs or will: ``((user, deputy, from, until, clauses), ...)``, ids and datetimes."""
        running = self.sudo().search([("state", "in", ("planned", "running"))])
        return tuple((d.user_id.id, d.deputy_id.id, d.date_from, d.date_to, tuple(d.clause_ids.ids)) for d in running)

    @api.model
    def _mandates(self, deputy):
        """Whom a user represents now.

        :return: ``[(user, ids of the clauses, empty for all)]``
        """
        now = fields.Datetime.now()
        return [
            (self.env["res.users"].sudo().browse(user_id), clause_ids)
            for user_id, deputy_id, start, stop, clause_ids in self._lent()
            if deputy_id == deputy.id and start <= now < stop
        ]

    @api.model
    def _acting_for(self, deputy, clause):
        """The users whom a deputy represents now for a duty of a clause."""
        users = [user for user, clause_ids in self._mandates(deputy) if _covers(clause_ids, clause)]
        return self.env["res.users"].sudo().union(*users).filtered("active")

    @api.model
    def _deputy_of(self, user, clause):
        """Who represents a user now for a duty of a clause; empty where they act themselves."""
        now = fields.Datetime.now()
        for user_id, deputy_id, start, stop, clause_ids in self._lent():
            if user_id == user.id and start <= now < stop and _covers(clause_ids, clause):
                return self.env["res.users"].sudo().browse(deputy_id)
        return self.env["res.users"].sudo()

    def _overlaps(self, other):
        return any(_covers(self.clause_ids.ids, clause) for clause in other.clause_ids) or any(
            _covers(other.clause_ids.ids, clause) for clause in self.clause_ids
        )

    # By the clock

    @api.model
    def _advance(self):
        """Begin what has begun and end what has ended, and propose deputies for absences that come."""
        now = fields.Datetime.now()
        due = (Domain("state", "=", "planned") & Domain("date_from", "<=", now)) | (
            Domain("state", "=", "running") & Domain("date_to", "<=", now)
        )
        self.sudo().search(due)._advance_now()
        self._propose()

    def _advance_now(self):
        now = fields.Datetime.now()
        for delegation in self.sudo():
            if delegation.state == "planned" and delegation.date_from <= now < delegation.date_to:
                delegation._set_state("running")
                delegation._hand_over()
            elif delegation.state in ("planned", "running") and delegation.date_to <= now:
                delegation._set_state("ended")
                delegation._give_back()

    def _set_state(self, state):
        with passage(self, "state"):
            self.sudo().write({"state": state})
        self.env.registry.clear_cache()

    def _hand_over(self):
        """The open duties of who is away become the deputy's, in their name."""
        self._move_duties(Domain("user_id", "=", self.user_id.id) & Domain("guard_for_id", "=", False), self.deputy_id)

    def _give_back(self):
        """The duties that are still open return to whose they are."""
        lent = Domain("user_id", "=", self.deputy_id.id) & Domain("guard_for_id", "=", self.user_id.id)
        self._move_duties(lent, self.user_id)

    def _move_duties(self, domain, user):
        duties = self.env["mail.activity"].sudo().search(domain & Domain("guard_clause_id", "!=", False))
        behalf = self.user_id if user != self.user_id else user.browse()
        letters = []
        for duty in duties.filtered(lambda duty: _covers(self.clause_ids.ids, duty.guard_clause_id)):
            document = duty._guard_document().sudo()
            if document and document._duty_may_take(duty.guard_key, user, behalf):
                duty._guard_hand_to(document, user, behalf)
                letters.append((document, duty.guard_key, duty.summary))
        self.env["guard.duty.mixin"]._duty_write_to(user, letters)

    # Proposals

    @api.model
    def _propose(self):
        """Propose a deputy to whoever is asked things and will be away soon; it lends nothing until confirmed."""
        asked = self.env["mail.activity"].sudo()._read_group(
            [("guard_clause_id", "!=", False), ("user_id.share", "=", False)], ["user_id"]
        )
        users = self.env["res.users"].sudo().union(*(user for (user,) in asked)).filtered("active")
        absences = self._absences(users)
        planned = self.sudo().search([("user_id", "in", [user.id for user in absences]), ("date_to", ">", fields.Datetime.now())])
        values = [
            {
                "user_id": user.id,
                "deputy_id": user.guard_deputy_id.id,
                "date_from": start,
                "date_to": stop,
                "state": "proposed",
                "reason": self.with_context(lang=user.lang).env._("Absence known to Odoo"),
            }
            for user, (start, stop) in absences.items()
            if not any(d.user_id == user and d.date_from < stop and d.date_to > start for d in planned)
        ]
        with passage(self, "engine"):
            proposals = self.sudo().create(values)
        for proposal in proposals:
            env = proposal.with_context(lang=proposal.user_id.lang).env
            zone = proposal.user_id.tz or "UTC"
            start, stop = (
                format_datetime(env, moment, tz=zone, dt_format="short") for moment in (proposal.date_from, proposal.date_to)
            )
            text = env._(
                "You are away from %(start)s until %(stop)s: confirm who acts for you, or name somebody else.",
                start=start,
                stop=stop,
            )
            self.env["guard.duty.mixin"]._duty_mail(
                proposal.user_id, [(proposal.with_env(env).display_name, proposal._name, proposal.id, text)]
            )
        return proposals

    @api.model
    def _absences(self, users):
        """The next absence of each user that is known: out-of-office of the user, or leave of their resource.

        :return: ``{user: (from, until)}`` in UTC, running ones or those that begin within a week
        """
        now = fields.Datetime.now()
        found = {}
        for user in users.sudo():
            start, stop = user.out_of_office_from, user.out_of_office_to
            if start and stop and start <= now + FOREWARNING and stop > now:
                found[user] = (start, stop)
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                Domain("resource_id.user_id", "in", users.ids)
                & Domain("time_type", "=", "leave")
                & Domain("date_from", "<=", now + FOREWARNING)
                & Domain("date_to", ">", now),
                order="date_from",
            )
        )
        for leave in leaves:
            found.setdefault(leave.resource_id.user_id, (leave.date_from, leave.date_to))
        return found


def _covers(clause_ids, clause):
    """Whether a duty of this clause is within the scope: the clause itself or a chapter above it."""
    return not clause_ids or not set(clause_ids).isdisjoint(lineage(clause.sudo().parent_path))
