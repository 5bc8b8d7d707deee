from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.actions import open_form
from ...tools.passage import passage
from ..order_review.guard_order_review import GuardOrderReview as OrderReview
from .guard_feasibility import VERDICTS
from .world import World

CONSENT_HOURS = 8.0  # working hours for a salesperson to answer
REPLAN = "replan"  # key of the duty to plan anew what has to wait
REPLAN_HOURS = 8.0
KEPT_DAYS = 14  # that reserved capacity waits for the order to be confirmed, by default


class GuardOrderReview(models.Model):
    """The review's date question, answered from machines, material, people and equipment (clause 2.1.1)."""

    _inherit = "guard.order.review"

    _approval_aspects = {**OrderReview._approval_aspects, "consent": OrderReview._approval_aspects["production"]}

    feasibility_ids = fields.One2many("guard.feasibility", "review_id", "Reckonings")
    feasibility_count = fields.Integer(compute="_compute_feasibility")
    feasibility_id = fields.Many2one("guard.feasibility", "Feasibility", compute="_compute_feasibility")
    feasibility_verdict = fields.Selection(VERDICTS, "Can It Be Kept?", compute="_compute_feasibility")
    feasibility_date = fields.Datetime("Earliest Date", compute="_compute_feasibility")
    feasibility_date_first = fields.Datetime("Earliest Date Before Others", compute="_compute_feasibility")
    feasibility_on = fields.Datetime("Reckoned On", compute="_compute_feasibility")
    feasibility_stale = fields.Char("Changed Since", compute="_compute_feasibility_stale")
    feasibility_line_ids = fields.One2many(
        "guard.feasibility.line", string="Feasibility by Line", compute="_compute_feasibility"
    )
    feasibility_displaced = fields.Json(compute="_compute_feasibility")
    feasibility_load = fields.Json(compute="_compute_feasibility")
    capacity_first = fields.Boolean(
        "Before Others", readonly=True, copy=False, help="Others wait for this order, with the consent of their salespeople."
    )
    reservation_ids = fields.One2many("guard.capacity.reservation", "review_id", "Reserved Capacity")
    capacity_kept_until = fields.Date(
        "Keep Capacity Until",
        help="When the order has not been confirmed by then, the reserved time is free again. Two weeks by default.",
    )

    @api.depends("feasibility_ids")
    def _compute_feasibility(self):
        for review in self:
            last = review.sudo().feasibility_ids.sorted("id")[-1:].with_prefetch(review.sudo().feasibility_ids._prefetch_ids)
            review.feasibility_count = len(review.sudo().feasibility_ids)
            review.feasibility_id = last
            review.feasibility_verdict = last.verdict
            review.feasibility_date = last.date_earliest
            review.feasibility_date_first = last.date_first
            review.feasibility_on = last.computed_on
            review.feasibility_line_ids = last.line_ids
            review.feasibility_displaced = last.displaced
            review.feasibility_load = last.load

    def _compute_feasibility_stale(self):
        for review in self:
            open_ = review.state in ("draft", "in_review")
            review.feasibility_stale = open_ and review.sudo().feasibility_id.stale_reason

    # Buttons

    def action_reckon(self):
        """Reckon anew whether the order can be kept, as things are now."""
        self.check_access("read")
        for review in self:
            if review.state not in ("draft", "in_review"):
                raise UserError(
                    self.env._(
                        "%(review)s is decided: what was reckoned for it stays as it was.", review=review.display_name
                    )
                )
        self.env["guard.feasibility"]._assess(self)
        return True

    def action_feasibility_excel(self):
        """What was reckoned last, as a workbook."""
        self.ensure_one()
        return self.feasibility_id.action_excel()

    def action_ask_consent(self):
        """Put the order before those that can wait: ask the salespeople of the orders that would slip."""
        self.ensure_one()
        self.check_access("read")
        if not self._get_step_to_answer("delivery") and not self.env.su:
            raise UserError(
                self.env._("%(review)s: consent is asked for by who answers its delivery date.", review=self.display_name)
            )
        if self.capacity_first:
            raise UserError(self.env._("%(review)s: consent has been asked for already.", review=self.display_name))
        feasibility = self.env["guard.feasibility"]._assess(self)
        if not feasibility.displaced:
            raise UserError(
                self.env._("%(review)s: no other order would have to wait; nobody need be asked.", review=self.display_name)
            )
        with passage(self, "state"):
            self.sudo().write({"capacity_first": True})
        self.approval_request_id._ask_also(self._prepare_consents(feasibility.displaced))
        return True

    def action_what_if(self):
        """Try other dates, quantities, work centers or overtime; nothing of the order is changed."""
        self.ensure_one()
        self.check_access("read")
        return {
            **open_form("guard.feasibility.what.if", self.env["guard.feasibility.what.if"]._open(self).id),
            "name": self.env._("What If"),
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # The work

    def _submit(self, requester=None):
        result = super()._submit(requester)
        self.env["guard.feasibility"]._assess(self, "submitted")
        return result

    def _prepare_consents(self, displaced):
        """A step for each salesperson whose orders would slip; who may not speak here is stood in for by sales."""
        request = self.sudo().approval_request_id
        barred = request.requester_id | request._get_speakers()
        group = self.env.ref("quality_service_guard.group_review_sales")
        orders = {}
        for slip in displaced:
            if slip["order"]:
                user = self.env["res.users"].browse(slip["user"][0] if slip["user"] else [])
                able = user.active and not user.share and user not in barred and request.company_id in user.company_ids
                orders.setdefault(user if able else user.browse(), {})[slip["order"][1]] = slip["hours"]
        return [
            {
                "name": self.env._(
                    "Consent: %(orders)s",
                    orders=", ".join(self.env["guard.feasibility"]._tell_slip(*slip) for slip in found.items()),
                ),
                "aspect": "consent",
                "deadline_hours": CONSENT_HOURS,
                "user_ids": user.ids,
                "group_id": False if user else group.id,
            }
            for user, found in orders.items()
        ]

    def _approval_veto(self, step, kind):
        """A delivery date is not approved as it is where it was reckoned to come too late and nobody says why it won't."""
        veto = super()._approval_veto(step, kind)
        # without a delivery date on the order nobody has promised more than a lead time
        if veto or kind != "approved" or step.aspect != "production" or not self.commitment_date:
            return veto
        for line in self.line_ids:
            found = line.delivery_feasibility_line_id
            late = found.verdict == "late" or (found.verdict == "displaces" and not self.capacity_first)
            if late and line.delivery_answer == "ok" and not line.delivery_evidence:
                return self.env._(
                    "%(line)s: %(sentence)s Answer Problem or OK with Change, ask the others' consent, or write down as "
                    "evidence why it can be kept all the same.",
                    line=line.display_name,
                    sentence=found.sentence,
                )
        return None

    def _approval_granted(self):
        result = super()._approval_granted()
        self._reserve_capacity()
        for review in self.filtered("capacity_first"):
            review._ask_to_replan()
        return result

    def _approval_reopened(self, steps):
        result = super()._approval_reopened(steps)
        self.sudo().reservation_ids._release("released")
        self.env["guard.feasibility"]._assess(self, "submitted")
        return result

    def _supersede(self, reason):
        result = super()._supersede(reason)
        self.sudo().reservation_ids._release("released")
        return result

    def _reserve_capacity(self):
        """Keep the time that was reckoned with until the order's own work orders take it over.

        What is reserved is reckoned again, as things are now: between the answer and the approval somebody else may
        have got the time.
        """
        found = self.env["guard.feasibility"].sudo().search(
            Domain("review_id", "in", self.ids)
            & Domain("workcenter_ids", "!=", False)
            & Domain("order_id.state", "in", ("draft", "sent"))
        )
        slots = []
        for company, reviews in found.review_id.grouped("company_id").items():
            world = World(self.env["guard.feasibility"].sudo().with_company(company).env, company, reviews.order_id)
            for review in reviews:
                outcome = world.outcome(review.order_id, first=review.capacity_first)
                kept_until = review.capacity_kept_until or fields.Date.context_today(review) + timedelta(days=KEPT_DAYS)
                slots += [{**slot, "review_id": review.id, "expires_on": kept_until} for slot in outcome.slots()]
                world.keep(outcome)
        self.env["guard.capacity.reservation"].sudo()._reserve(slots)

    # Re-planning

    def _get_planned_over(self):
        """Work orders that are still planned where this review has reserved time."""
        reserved = self.sudo().reservation_ids.filtered(lambda reservation: reservation.state == "active")
        return self.env["mrp.workorder"].sudo().search(
            Domain("leave_id", "!=", False)
            & Domain("state", "in", ("blocked", "ready"))
            & Domain.OR(
                Domain("workcenter_id", "=", reservation.workcenter_id.id)
                & Domain("date_start", "<", reservation.date_end)
                & Domain("date_finished", ">", reservation.date_start)
                for reservation in reserved
            )
        )

    def _ask_to_replan(self):
        """Whoever answered for production sees to it that the work orders which have to wait are planned anew."""
        planned = self._get_planned_over().production_id
        if not planned:
            return
        approver = self.sudo().approval_request_id.step_ids.filtered(lambda step: step.aspect == "production")
        user, company = approver.approved_by_ids[:1] or self.env.user, self.company_id
        (deadline,) = company.resource_calendar_id._guard_deadlines([(fields.Datetime.now(), REPLAN_HOURS)], company)
        self._duty_open(
            REPLAN,
            user,
            self._approval_clause(),
            self.env._(
                "Plan anew, because %(order)s goes first: %(productions)s",
                order=self.sudo().order_id.name,
                productions=", ".join(planned.mapped("display_name")),
            ),
            deadline,
        )

    def _duty_is_open(self, key):
        if key == REPLAN:
            return self.state == "approved" and bool(self._get_planned_over())
        return super()._duty_is_open(key)
