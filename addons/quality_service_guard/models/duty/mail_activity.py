import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.actions import open_form
from ...tools.passage import is_open, passage

_logger = logging.getLogger(__name__)

BATCH = 100  # duties in one transaction of the ladder
# who is asked by which clause until when: the document's word, never typed
OWN_FIELDS = {
    "res_id",
    "res_model",
    "res_model_id",
    "user_id",
    "date_deadline",
    "guard_clause_id",
    "guard_key",
    "guard_deadline",
    "guard_for_id",
    "guard_rung",
    "guard_next_on",
    "guard_company_id",
}


class MailActivity(models.Model):
    """A duty: an activity that names the clause that asks for it and the hour until which.

    So one inbox holds whatever the policy asks of a person. Marking it done proves nothing: while its
    document says that the duty is open, it can be neither ticked off, put off, passed on nor deleted; the
    document closes it. What is late climbs a ladder: reminder, deputy, superior. Silence never approves.
    """

    _inherit = "mail.activity"

    guard_clause_id = fields.Many2one("guard.clause", "Clause", index="btree_not_null", readonly=True, copy=False)
    guard_deadline = fields.Datetime(
        "Due", readonly=True, copy=False, help="The hour until which, counted in working time."
    )
    guard_key = fields.Char("Duty Key", readonly=True, copy=False, export_string_translation=False)
    guard_for_id = fields.Many2one(
        "res.users", "On Behalf Of", readonly=True, index="btree_not_null", help="Whose duty it is by right."
    )
    guard_company_id = fields.Many2one("res.company", "Duty Company", readonly=True)
    guard_department_id = fields.Many2one("hr.department", "Department", readonly=True, index="btree_not_null")
    guard_rung = fields.Selection(
        [
            ("asked", "Asked"),
            ("reminded", "Reminded"),
            ("deputy", "Handed to the Deputy"),
            ("superior", "Handed to the Superior"),
        ],
        "Escalation",
        readonly=True,
    )
    guard_next_on = fields.Datetime("Next Escalation", readonly=True)
    is_guard_late = fields.Boolean("Late", compute="_compute_is_guard_late", search="_search_is_guard_late")

    # the ladder reads what is due from this, however many duties are open
    _guard_ladder_index = models.Index("(guard_next_on) WHERE guard_next_on IS NOT NULL AND active IS TRUE")

    @api.depends("guard_deadline", "active")
    def _compute_is_guard_late(self):
        now = fields.Datetime.now()
        for activity in self:
            activity.is_guard_late = bool(activity.active and activity.guard_deadline and activity.guard_deadline < now)

    def _search_is_guard_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("guard_deadline", "<", fields.Datetime.now())]

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        if not is_open(self.browse(), "duty") and activities.filtered(lambda a: a.guard_clause_id or a.guard_key):
            raise UserError(self.env._("A duty is asked by its document, not typed by anybody."))
        return activities

    def write(self, vals):
        if ("active" in vals and not vals["active"]) or OWN_FIELDS & vals.keys():
            self._check_duty_closed()
        if {"guard_clause_id", "guard_key"} & vals.keys() and not is_open(self.browse(), "duty"):
            raise UserError(self.env._("A duty is asked by its document, not typed by anybody."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_closed_duty(self):
        self._check_duty_closed()

    def action_guard_open(self):
        """Open the document of the duty in full; where it is closed to the person, the page that they may read."""
        document = self._guard_document()
        if document and not document.has_access("read"):
            page = document.sudo()._duty_page(self.guard_key)
            return open_form(page._name, page.id)
        return self.action_open_document()

    def _check_duty_closed(self):
        if is_open(self.browse(), "duty"):
            return
        for activity in self.filtered("guard_clause_id"):
            if activity._guard_is_open():
                raise UserError(
                    self.env._(
                        "“%(duty)s” is asked by clause %(clause)s and ends when %(document)s says so. "
                        "Open the document and settle it there.",
                        duty=activity.summary,
                        clause=activity.guard_clause_id.display_name,
                        document=activity._guard_document().sudo().display_name,
                    )
                )

    def _guard_document(self):
        """The document of the duty, empty where it is gone or where its model asks no duties."""
        self.ensure_one()
        document = self.env.get(self.res_model)
        return document.browse(self.res_id).exists() if hasattr(document, "_duty_is_open") else self.browse()

    def _guard_is_open(self):
        document = self._guard_document()
        return bool(document) and document.sudo()._duty_is_open(self.guard_key)

    @api.model
    def _guard_day(self, deadline, user):
        """The day of a deadline where the person lives; today where there is none."""
        local = self.with_context(tz=user.tz or self.env.context.get("tz"))
        return fields.Datetime.context_timestamp(local, deadline or fields.Datetime.now()).date()

    # The ladder

    @api.model
    def _cron_guard_ladder(self):
        """Begin and end delegations, then take what is due one rung up.

        Its cost grows with what is due, not with what is open. A day that was missed is made up for: each duty
        is looked at when its hour has passed, whenever that is. A duty that cannot be handled is put off by a
        day and logged, the others go on.
        """
        self.env["guard.delegation"]._advance()
        due = Domain("guard_next_on", "<=", fields.Datetime.now())
        remaining = self.search_count(due)
        while duties := self.search(due, order="guard_next_on, id", limit=BATCH):
            duties._guard_climb_safely()
            remaining -= len(duties)
            if not self.env["ir.cron"]._commit_progress(len(duties), remaining=max(0, remaining)):
                break

    def _guard_climb_safely(self):
        """Climb together; where one fails, one by one without it."""
        try:
            with self.env.cr.savepoint():
                self._guard_climb()
        except Exception:
            if len(self) == 1:
                _logger.exception("Duty %s (%s) cannot be escalated; tried again in a day", self.id, self.summary)
                with passage(self.browse(), "duty"):
                    self.guard_next_on = fields.Datetime.now() + timedelta(days=1)
                return
            for duty in self:
                duty._guard_climb_safely()

    def _guard_climb(self):
        """One rung up for each: remind, hand to the deputy, hand to the superior, and on to theirs."""
        letters, planned = defaultdict(list), []
        for duty in self.sudo():
            document = duty._guard_document().sudo()
            if not document or not document._duty_is_open(duty.guard_key):
                with passage(self.browse(), "duty"):
                    duty.guard_next_on = False
                continue
            rung = duty._guard_step_up(document, letters)
            company = duty.guard_company_id or self.env.company
            planned.append((duty, rung, company.guard_superior_hours if rung != "reminded" else company._guard_grace()))
        self._guard_plan(planned)
        for user, items in letters.items():
            self.env["guard.duty.mixin"]._duty_write_to(user, items)

    def _guard_step_up(self, document, letters):
        """Do what the next rung asks; a rung on which nobody new is found is passed over.

        :return: the rung that was reached
        """
        old, rung = self.user_id, self.guard_rung
        if rung == "asked" and old.active:
            text = self.env._("Please settle this, it is due: %(duty)s", duty=self.summary)
            letters[old].append((document, self.guard_key, text))
            return "reminded"
        by_right = self.guard_for_id or old
        user = behalf = old.browse()
        if rung in ("asked", "reminded"):
            rung, (user, behalf) = "deputy", self._guard_find_deputy(document, by_right)
        if not user:
            rung, (user, behalf) = "superior", self._guard_find_superior(document, by_right)
        if user and user != old:
            self._guard_hand_to(document, user, behalf, escalated=True)
            letters[user].append((document, self.guard_key, self.summary))
            note = self.env._("No longer yours, %(user)s has it now: %(duty)s", user=user.name, duty=self.summary)
            letters[old].append((document, self.guard_key, note))
        elif old.active:
            text = self.env._("Still open: %(duty)s", duty=self.summary)
            letters[old].append((document, self.guard_key, text))
        return rung

    def _guard_find_deputy(self, document, by_right):
        """Who stands in: the deputy by delegation, the standing deputy, or somebody of the same right.

        :return: ``(user, for whom)``, empty where there is nobody
        """
        deputies = self.env["guard.delegation"]._deputy_of(by_right, self.guard_clause_id) | by_right.guard_deputy_id
        for deputy in deputies - self.user_id:
            if document._duty_may_take(self.guard_key, deputy, by_right):
                return deputy, by_right
        peers = document._duty_peers(self.guard_key) - self.user_id
        load = self.env["guard.approval.request.step"]._load(peers)
        return min(peers, key=lambda user: (load[user.id], user.id), default=peers), by_right.browse()

    def _guard_find_superior(self, document, by_right):
        """The next superior who may take it, above who has it now; at last an administrator of assurance."""
        superiors = by_right._guard_superiors(self.guard_company_id, self.guard_clause_id)
        above = superiors.ids.index(self.user_id.id) + 1 if self.user_id in superiors else 0
        for superior in superiors[above:]:
            if document._duty_may_take(self.guard_key, superior, by_right):
                return superior, by_right
        return by_right.browse(), by_right.browse()

    def _guard_hand_to(self, document, user, behalf, escalated=False):
        with passage(self.browse(), "duty"):
            self.with_context(mail_activity_quick_update=True).write(
                {
                    "user_id": user.id,
                    "guard_for_id": behalf.id,
                    "guard_department_id": user.sudo().employee_ids[:1].department_id.id,
                }
            )
        document._duty_moved(self.guard_key, user, behalf, escalated)

    # When

    def _guard_plan_first_rung(self):
        """The reminder: so many working hours before the deadline, else at the deadline."""
        now = fields.Datetime.now()
        dated = self.filtered("guard_deadline")
        moments = dict.fromkeys(self - dated, now + timedelta(days=1))  # no calendar: a day by the clock
        for duties, calendar, company in dated._guard_by_calendar():
            before = [(duty.guard_deadline, -company.guard_remind_hours) for duty in duties]
            moments.update(zip(duties, calendar._guard_deadlines(before, company), strict=True))
        with passage(self.browse(), "duty"):
            for duty, moment in moments.items():
                duty.guard_next_on = moment if moment and moment > now else duty.guard_deadline or now

    def _guard_plan(self, planned):
        """Note the rungs reached, and when the next is due, reckoned from now: a late ladder does not rush people.

        :param planned: ``[(duty, rung, hours of working time until the next)]``
        """
        now = fields.Datetime.now()
        hours = {duty: wait for duty, _rung, wait in planned}
        moments = {}
        for duties, calendar, company in self.browse().union(*hours)._guard_by_calendar():
            waits = [(now, hours[duty]) for duty in duties]
            moments.update(zip(duties, calendar._guard_deadlines(waits, company), strict=True))
        with passage(self.browse(), "duty"):
            for duty, rung, _wait in planned:
                duty.write({"guard_rung": rung, "guard_next_on": moments[duty] or now + timedelta(days=1)})

    def _guard_by_calendar(self):
        """Duties that share a working calendar: ``[(duties, calendar, company)]``."""
        groups = defaultdict(self.browse)
        for duty in self:
            company = duty.guard_company_id or self.env.company
            groups[duty.user_id._guard_calendar(company), company] |= duty
        return [(duties, calendar, company) for (calendar, company), duties in groups.items()]
