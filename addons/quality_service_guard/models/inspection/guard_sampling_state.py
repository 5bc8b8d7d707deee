from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools import switching
from .guard_sampling_plan import GRADES

SEVERITIES = [
    ("normal", "Normal"),
    ("tightened", "Tightened"),
    ("reduced", "Reduced"),
    ("discontinued", "Discontinued"),
]
TOLD = ("tightened", "discontinued")  # severities that quality is told of
ANSWER_HOURS = 8.0  # working hours to look into it
DECIDERS = ("quality_service_guard.group_review_quality", "quality_service_guard.group_guard_manager")


class GuardSamplingState(models.Model):
    """How severely the next lot of a product from a supplier is inspected, in one class (ISO 2859-1, 9; clause 2.2.3).

    It is no more than what its history says: the lots that were judged by sampling plans and the notices of those
    responsible, each with its turn. With every new one the whole history is followed again by ``tools/switching.py``.
    Goods that come from nobody else, like finished goods, have no supplier.
    """

    _name = "guard.sampling.state"
    _description = "Sampling State"
    _inherit = ["guard.sealed.mixin", "guard.duty.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "product_id, partner_id, grade, id"
    _mail_post_access = "read"
    _check_company_auto = True

    # identity
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Supplier", readonly=True, index="btree_not_null", ondelete="restrict", help="Empty: made here."
    )
    grade = fields.Selection(GRADES, "Class", required=True, readonly=True)

    # where it stands
    severity = fields.Selection(SEVERITIES, required=True, readonly=True, default="normal", index=True)
    score = fields.Integer("Switching Score", readonly=True, aggregator=None)
    has_score = fields.Boolean(readonly=True, help="No score is kept while it is not set: that is not nought.")
    is_approved = fields.Boolean("Reduced Approved", readonly=True)
    lot_count = fields.Integer("Lots since the Last Switch", readonly=True, aggregator=None)
    refused_count = fields.Integer("Refused Lots That Count", readonly=True, aggregator=None)
    accepted_count = fields.Integer("Accepted in a Row", readonly=True, aggregator=None)
    progress = fields.Char("What Counts", compute="_compute_progress")
    can_reduce = fields.Boolean(compute="_compute_can_reduce", compute_sudo=True)

    # history
    taken = fields.Integer("Lots and Notices", readonly=True, aggregator=None)
    last_inspection_id = fields.Many2one(
        "guard.inspection", "Last Inspection", readonly=True, index="btree_not_null", ondelete="set null"
    )
    last_on = fields.Datetime("Last Inspected On", readonly=True)
    switched_on = fields.Datetime("Since", readonly=True)
    plan_ids = fields.One2many("guard.sampling.plan", "state_id", "Lots", readonly=True)
    notice_ids = fields.One2many("guard.sampling.notice", "state_id", "Notices", readonly=True)
    switch_ids = fields.One2many("guard.sampling.switch", "state_id", "Switches", readonly=True)
    last_switch = fields.Char("Why", compute="_compute_last_switch")
    curve = fields.Html("Operating Characteristic", compute="_compute_curve", sanitize=False)

    _key_unique = models.UniqueIndex(
        "(company_id, product_id, COALESCE(partner_id, 0), grade)",
        "There is a sampling state of this product, supplier and class already.",
    )

    @api.depends("product_id", "partner_id", "grade")
    def _compute_display_name(self):
        for state in self:
            names = [state.product_id.display_name, state.partner_id.display_name, state.grade]
            state.display_name = " / ".join(name for name in names if name)

    @api.depends("severity", "score", "has_score", "is_approved", "lot_count", "refused_count", "accepted_count")
    @api.depends_context("lang")
    def _compute_progress(self):
        rules = switching.standard_rules()
        tell = {
            "normal": self._tell_normal,
            "tightened": self._tell_tightened,
            "reduced": self._tell_reduced,
            "discontinued": self._tell_discontinued,
        }
        for state in self:
            state.progress = tell[state.severity](state, rules)

    @api.depends("company_id")
    def _compute_can_reduce(self):
        for state in self:
            state.can_reduce = state.company_id.guard_reduced_inspection

    @api.depends("switch_ids")
    @api.depends_context("lang")
    def _compute_last_switch(self):
        for state in self:
            state.last_switch = state._get_last_switch().sentence

    @api.depends("plan_ids")
    @api.depends_context("lang")
    def _compute_curve(self):
        for state in self:
            state.curve = state.plan_ids.sorted("turn")[-1:]._draw_curve()

    def write(self, vals):
        # what the chatter and its activities write by themselves is nothing of ours
        free = set(self.env["mail.thread"]._fields) | set(self.env["mail.activity.mixin"]._fields)
        if vals.keys() <= free:
            with self._unsealed():
                return super().write(vals)
        return super().write(vals)

    # Buttons

    def action_approve_reduced(self):
        """Reduced inspection is wanted here: production is steady."""
        return self._open_notice("approved")

    def action_irregular(self):
        """Production is not steady any more, or has stopped."""
        return self._open_notice("irregular")

    def action_order(self):
        """Back to normal for another reason."""
        return self._open_notice("ordered")

    def action_resume(self):
        """What had led to discontinuation has been corrected and verified."""
        return self._open_notice("resumed")

    def action_open_inspections(self):
        """The inspections that its history consists of."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("quality_service_guard.guard_inspection_action"),
            "domain": [("plan_ids.state_id", "in", self.ids)],
            "context": {},
        }

    def _open_notice(self, kind):
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": dict(self.env["guard.sampling.notice"]._fields["kind"]._description_selection(self.env))[kind],
            "res_model": "guard.sampling.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_state_ids": self.ids, "default_kind": kind},
        }

    # The work

    def _check_may_decide(self):
        """Whoever signs for quality and administrators of assurance decide about severity."""
        self.check_access("read")
        if self.env.su or any(self.env.user.has_group(group) for group in DECIDERS):
            return
        groups = [self.env.ref(group).sudo().full_name for group in DECIDERS]
        raise AccessError(
            self.env._(
                "How severely %(states)s is inspected is decided by someone of the groups “%(groups)s”.",
                states=", ".join(self.mapped("display_name")),
                groups="”, “".join(groups),
            )
        )

    @api.model
    def _find(self, keys):
        """The states of goods, with one query.

        :param keys: ``{(company id, product id, partner id or False)}``
        :return: ``{(company id, product id, partner id or False, class): state}``
        """
        if not keys:
            return {}
        companies, products, partners = map(set, zip(*keys, strict=True))
        states = self.sudo().search_fetch(
            [
                ("company_id", "in", list(companies)),
                ("product_id", "in", list(products)),
                ("partner_id", "in", list(partners)),
            ],
            ["company_id", "product_id", "partner_id", "grade", "severity", "taken", "switched_on"],
        )
        return {
            (*key, state.grade): state
            for state in states
            if (key := (state.company_id.id, state.product_id.id, state.partner_id.id)) in keys
        }

    @api.model
    def _obtain(self, keys):
        """The states of goods and classes; those that are not there yet begin with normal (ISO 2859-1, 9.1).

        :param keys: ``{(company id, product id, partner id or False, class)}``
        """
        goods = {key[:3] for key in keys}
        found = self._find(goods)
        missing = sorted(keys - found.keys(), key=str)
        if missing:
            # two people may decide about the first lot at once: the index lets one in, and the other is tried again
            row = "(%s, %s, %s, %s, 'normal', 0, 0, 0, 0, 0, %s, %s, now() at time zone 'UTC', now() at time zone 'UTC')"
            self.env.execute_query(
                SQL(
                    "INSERT INTO guard_sampling_state (company_id, product_id, partner_id, grade, severity, score, taken, "
                    "lot_count, refused_count, accepted_count, create_uid, write_uid, create_date, write_date) "
                    "VALUES %s ON CONFLICT DO NOTHING RETURNING id",
                    SQL(", ").join(
                        SQL(row, company, product, partner or None, grade, self.env.uid, self.env.uid)
                        for company, product, partner, grade in missing
                    ),
                )
            )
            found = self._find(goods)
        return found

    @api.model
    def _learn(self, plans):
        """Lots have been judged: each takes its turn in the history of its key, which is followed on.

        :param plans: sampling plans of inspections that have just been decided
        """
        plans = plans.sudo().sorted(lambda plan: (plan.inspection_id.decided_on, plan.inspection_id.id))
        if not plans:
            return
        states = self._obtain({plan._get_sampling_key() for plan in plans})
        turns = defaultdict(int)
        with plans._unsealed():
            for plan in plans:
                state = states[plan._get_sampling_key()]
                turns[state] += 1
                plan._take_turn(state, state.taken + turns[state])
        self.union(*turns)._follow()

    def _follow(self):
        """Follow histories to their end, and note what has switched."""
        States = self.sudo()
        plans, notices = States._read_history()
        values = []
        for state in States:
            history = [*plans.get(state, ()), *notices.get(state, ())]
            history.sort(key=lambda event: event.turn)
            values += state._take(history)
        switches = self.env["guard.sampling.switch"]
        with switches._unsealed():
            switches = switches.sudo().create(values)
        switches._tell()

    def _read_history(self):
        """Lots and notices of these states.

        :return: two dicts ``{state: records}``
        """
        plans = self.env["guard.sampling.plan"].sudo()
        plans = plans.search_fetch(
            [("state_id", "in", self.ids)],
            ["state_id", "turn", "severity", "is_overtaken", "acceptance", "tighter", "has_tighter", "nonconforming",
             "is_accepted", "inspection_id"],
            order="state_id, turn",
        )  # fmt: skip
        notices = self.env["guard.sampling.notice"].sudo().search([("state_id", "in", self.ids)], order="state_id, turn")
        return plans.grouped("state_id"), notices.grouped("state_id")

    def _take(self, history):
        """Go through the whole history; what is newer than ``taken`` may bring switches.

        :param history: plans and notices in their turn
        :return: values of the new switches
        """
        rules = self._get_rules(history)
        known = [event for event in history if event.turn <= self.taken]
        fresh = history[len(known) :]
        standing = switching.follow([event._as_event() for event in known], rules)
        values = []
        if standing.severity != self.severity:  # by the rules as they are now
            switch = switching.Switch(self.severity, standing.severity, "rules")
            values.append(self._prepare_switch(switch, None))
        for event in fresh:
            before = len(standing.switches)
            standing.take(event._as_event())
            values += [self._prepare_switch(switch, event) for switch in standing.switches[before:]]
        with self._unsealed():
            self.write(self._prepare_standing(standing, history, values))
        return values

    def _get_rules(self, history):
        """The rules by which a history is followed.

        Whoever approved reduced inspection did so while it was turned on; turning it off has ended that by a notice. So
        what came of it then is still told, and nothing can come of it now.
        """
        was_on = any(event._name == "guard.sampling.notice" and event.kind == "approved" for event in history)
        return switching.standard_rules(unchecked=was_on or self.company_id.guard_reduced_inspection)

    def _prepare_standing(self, standing, history, switches):
        lots = [event for event in history if event._name == "guard.sampling.plan"]
        values = {
            "severity": standing.severity,
            "has_score": standing.score is not None and self.company_id.guard_reduced_inspection,
            "score": standing.score or 0,
            "is_approved": standing.approved,
            "lot_count": len(standing.since),
            "refused_count": len(standing.rejected),
            "accepted_count": len(standing.accepted),
            "taken": history[-1].turn if history else 0,
        }
        if lots:
            last = lots[-1].inspection_id
            values |= {"last_inspection_id": last.id, "last_on": last.decided_on}
        if switches:
            values["switched_on"] = switches[-1]["date"]
        return values

    def _prepare_switch(self, switch, event):
        """Values of a switch, and what it was that caused it."""
        inspections = self.env["guard.inspection"].union(*(plan.inspection_id for plan in switch.lots))
        is_lot = event is not None and event._name == "guard.sampling.plan"
        return {
            "state_id": self.id,
            "before": switch.before,
            "after": switch.after,
            "reason": switch.reason,
            "inspection_ids": inspections.ids,
            "caused_by_id": event.inspection_id.id if is_lot else False,
            "notice_id": event.id if event is not None and not is_lot else False,
            "date": event._get_moment() if event is not None else fields.Datetime.now(),
        }

    # Notices

    def _notice(self, kind, reason, **values):
        """Enter what those responsible say, and follow on; rights have been checked."""
        States, notices = self.sudo(), self.env["guard.sampling.notice"]
        with notices._unsealed():
            notices.sudo().create(
                [
                    {
                        "state_id": state.id,
                        "kind": kind,
                        "reason": reason,
                        "user_id": self.env.uid,
                        "turn": state.taken + 1,
                        **values,
                    }
                    for state in States
                ]
            )
        self._follow()
        names = dict(notices._fields["kind"]._description_selection(self.env))
        text = self.env._("%(notice)s by %(user)s: %(reason)s", notice=names[kind], user=self.env.user.name, reason=reason)
        States._message_log_batch({state.id: text for state in States})

    @api.model
    def _end_reduced(self, companies):
        """Reduced inspection is turned off: whoever is reduced, or approved to be, is normal again."""
        states = self.sudo().search(
            [("company_id", "in", companies.ids), "|", ("severity", "=", "reduced"), ("is_approved", "=", True)]
        )
        states.with_env(self.env)._notice("ordered", self.env._("Reduced inspection was turned off."))

    def _get_refused(self):
        """The inspections whose refusal led to where each state is now."""
        return self.env["guard.inspection"].union(*(state._get_last_switch().inspection_ids for state in self.sudo()))

    def _get_last_switch(self):
        return self.switch_ids.sorted("id")[-1:]

    # In words

    @api.model
    def _tell_normal(self, state, rules):
        if state.refused_count:
            told = self.env._(
                "%(refused)s of the last %(lots)s lots refused: %(limit)s of %(within)s or fewer in a row tighten it.",
                refused=state.refused_count,
                lots=min(state.lot_count, rules.rejected_within),
                limit=rules.rejected_lots,
                within=rules.rejected_within,
            )
        else:
            told = self.env._(
                "None of the last lots was refused: %(limit)s of %(within)s or fewer in a row would tighten it.",
                limit=rules.rejected_lots,
                within=rules.rejected_within,
            )
        if not state.has_score:
            return told
        score = self.env._("Score %(score)s of %(needed)s.", score=state.score, needed=rules.score_needed)
        if state.is_approved:
            approval = self.env._("Reduced inspection is approved and begins with that score.")
        else:
            approval = self.env._("Reduced inspection has not been approved.")
        return f"{told} {score} {approval}"

    @api.model
    def _tell_tightened(self, state, rules):
        accepted = self.env._(
            "%(accepted)s of %(needed)s accepted in a row: %(more)s more and it is normal again.",
            accepted=state.accepted_count,
            needed=rules.accepted_lots,
            more=rules.accepted_lots - state.accepted_count,
        )
        refused = self.env._(
            "%(refused)s of %(limit)s refused in all: %(more)s more and it is discontinued.",
            refused=state.refused_count,
            limit=rules.discontinued_at,
            more=rules.discontinued_at - state.refused_count,
        )
        return f"{accepted} {refused}"

    @api.model
    def _tell_reduced(self, state, rules):
        return self.env._("The first lot that is refused brings it back to normal, and so does production that is not steady.")

    @api.model
    def _tell_discontinued(self, state, rules):
        return self.env._("No lot is accepted by sampling until quality resumes it, and receipts stop.")

    # Duties

    def _duty_is_open(self, key):
        """That it was tightened is ticked off by whoever was told; discontinuation stays open until it is resumed."""
        return key == self.severity == "discontinued"

    @api.model
    def _open_duties(self, switches):
        """Tell quality what was tightened or discontinued, with few queries for many."""
        clause = self.env.ref("quality_service_guard.clause_2_2_3")
        now = fields.Datetime.now()
        duties = []
        for company, some in switches.grouped(lambda switch: switch.state_id.company_id).items():
            users = self._get_quality(company)
            deadline = company.resource_calendar_id._guard_deadlines([(now, ANSWER_HOURS)], company)[0]
            for switch in some:
                responsible = switch.caused_by_id.user_id
                user = responsible if responsible in users else users[:1] or self._duty_administrator(company)
                if user:
                    duties.append(
                        {
                            "document": switch.state_id,
                            "key": switch.after,
                            "user": user,
                            "clause": clause,
                            "summary": switch.with_context(lang=user.lang)._summarize(),
                            "text": switch.with_context(lang=user.lang).sentence,
                            "deadline": deadline,
                        }
                    )
        self._duty_open_many(duties)

    @api.model
    def _get_quality(self, company):
        """Who signs for quality in a company, those with the fewest duties first."""
        users = self.env.ref("quality_service_guard.group_review_quality").sudo().all_user_ids
        users = users.filtered(lambda user: user.active and not user.share and company in user.company_ids)
        load = self.env["guard.approval.request.step"]._load(users)
        return users.sorted(lambda user: (load[user.id], user.id))
