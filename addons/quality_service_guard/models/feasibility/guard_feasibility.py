from collections import defaultdict
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import pytz
from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import spans
from ...tools.actions import open_form
from ...tools.capacity import Job, displace
from ...tools.feasibility import Need, Planner, assess, quantiles
from ...tools.fingerprint import fingerprint
from ...tools.supply import Stock
from ...tools.what_if import Variant
from .guard_capacity import moment, seconds
from .guard_sourcing import DAY

MINIMUM = 8  # fewer deliveries than this are no basis for a quantile
MOMENT = 0.05  # working hours that nobody calls late
WEEKS = 26  # that a load picture shows at most
BLOCKERS = 10  # documents named as what a line waits for

VERDICTS = [
    ("kept", "Can Be Kept"),
    ("displaces", "Only Before Others"),
    ("late", "Too Late"),
    ("unknown", "No Date"),
    ("none", "Nothing to Reckon"),
]


class GuardFeasibility(models.Model):
    """Whether an order can be kept, reckoned at one moment from machines, material, people and equipment.

    It is evidence: it stays as it was, and what has changed since is said beside it. Whoever wants to know how things
    are now has it reckoned again (clauses 2.1.1 and 2.1.2).
    """

    _name = "guard.feasibility"
    _description = "Feasibility"
    _inherit = ["guard.sealed.mixin"]
    _order = "id desc"

    # subject
    review_id = fields.Many2one("guard.order.review", "Order Review", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(related="review_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    occasion = fields.Selection(
        [("submitted", "Review asked for"), ("asked", "Asked for by hand"), ("reserved", "Capacity reserved")],
        required=True,
        default="asked",
    )
    user_id = fields.Many2one("res.users", "Asked By", required=True, default=lambda self: self.env.user)
    computed_on = fields.Datetime("Reckoned On", required=True, default=fields.Datetime.now)

    # answer
    verdict = fields.Selection(VERDICTS, required=True, index=True)
    date_earliest = fields.Datetime("Earliest Date", help="When the last line can be delivered.")
    date_first = fields.Datetime("Earliest Date Before Others", help="If this order were made before those that can wait.")
    line_ids = fields.One2many("guard.feasibility.line", "feasibility_id", "Lines")
    displaced = fields.Json()
    load = fields.Json()

    # what it was made from, to know whether it still holds
    content_print = fields.Char()
    workcenter_ids = fields.Many2many("mrp.workcenter", "guard_feasibility_workcenter_rel", string="Work Centers")
    product_ids = fields.Many2many("product.product", "guard_feasibility_product_rel", string="Products")
    is_stale = fields.Boolean("Out of Date", compute="_compute_stale")
    stale_reason = fields.Char("Changed Since", compute="_compute_stale")

    @api.depends("content_print", "computed_on")
    @api.depends_context("lang")
    def _compute_stale(self):
        """Say what has changed since: the order itself, or what its work centres and products were reckoned from."""
        contents = self.review_id.sudo()._approval_contents({"production"})
        edited = self.filtered(
            lambda record: fingerprint(contents[record.review_id]["production"]) != record.content_print
        )
        changes = (self - edited).sudo()._changes_since()
        for record in self:
            reasons = [self.env._("the order")] if record in edited else changes[record.id]
            record.is_stale = bool(reasons)
            record.stale_reason = ", ".join(reasons)

    def _changes_since(self):
        """Kinds of documents that were changed after each of these was reckoned and that it rests on.

        :return: ``{id: [words]}``
        """
        found = {record.id: [] for record in self}
        if not found:
            return found
        resources = {record: record.workcenter_ids.resource_id for record in self}
        equipment = {record: record.workcenter_ids.guard_equipment_ids for record in self}
        for name, field_name, bases, text in (
            ("mrp.workorder", "workcenter_id", {record: record.workcenter_ids for record in self}, self.env._("work orders")),
            ("resource.calendar.leaves", "resource_id", resources, self.env._("calendars")),
            ("maintenance.request", "equipment_id", equipment, self.env._("repairs")),
            ("stock.move", "product_id", {record: record.product_ids for record in self}, self.env._("stock")),
        ):
            ids = {base.id for basis in bases.values() for base in basis}
            domain = Domain(field_name, "in", ids) & Domain("write_date", ">", min(self.mapped("computed_on")))
            latest = dict(self.env[name]._read_group(domain, [field_name], ["write_date:max"])) if ids else {}
            for record, basis in bases.items():
                if any(latest[base] > record.computed_on for base in basis if base in latest):
                    found[record.id].append(text)
        return found

    @api.depends("review_id.display_name")
    def _compute_display_name(self):
        """Named after its review: who answers for production need not see sales orders."""
        for record in self:
            record.display_name = record.sudo().review_id.display_name

    # Buttons

    def action_open_order(self):
        """Open the sales order."""
        self.ensure_one()
        return open_form("sale.order", self.order_id.id)

    def action_open_review(self):
        """Open the review that it was reckoned for."""
        self.ensure_one()
        return open_form("guard.order.review", self.review_id.id)

    def action_excel(self):
        """What was reckoned, as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/guard/feasibility/{self.id}/xlsx", "target": "download"}

    # Told

    @api.model
    def _tell_slip(self, name, hours):
        """By how much somebody else's order would slip; without hours it would have no date any more."""
        if hours is None:
            return self.env._("%(order)s gets no date", order=name)
        return self.env._("%(order)s slips %(hours)s h", order=name, hours=f"{hours:.1f}")

    # Reckoning

    @api.model
    def _assess(self, reviews, occasion="asked"):
        """Reckon each review's order as things are now, and keep the answers.

        :return: one record for each review, in their order
        """
        outcomes = self._reckon(reviews.order_id, but_reviews=reviews)
        contents = reviews.sudo()._approval_contents({"production"})
        with self._unsealed(), self.env["guard.feasibility.line"]._unsealed():
            return self.sudo().create(
                [
                    {
                        **outcomes[review.order_id].values(),
                        "review_id": review.id,
                        "occasion": occasion,
                        "user_id": self.env.uid,
                        "content_print": fingerprint(contents[review]["production"]),
                    }
                    for review in reviews
                ]
            )

    @api.model
    def _reckon(self, orders, but_reviews=None, first=False):
        """Reckon orders, each as if it alone were new.

        :param but_reviews: whose own reservations don't count
        :param first: whether what can wait has to
        :return: ``{order: Outcome}``
        """
        found = {}
        for company, members in orders.sudo().grouped("company_id").items():
            world = World(self.sudo().with_company(company).env, company, members, but_reviews)
            for order in members:
                found[order.with_env(self.env)] = world.outcome(order, first)
        return found


class World:
    """What the orders of one company are reckoned from, read once."""

    def __init__(self, env, company, orders, but_reviews=None):
        self.env, self.company, self.orders, self.variant = env, company, orders, Variant()
        self.now = fields.Datetime.now()
        self.present = seconds(self.now)
        self.lines = {order: order._approval_lines("order_line") for order in orders}
        wanted = defaultdict(env["product.product"].browse)
        for lines in self.lines.values():
            for line in lines:
                wanted[self.warehouse(line)] |= line.product_id
        capacity, sourcing = env["guard.capacity"], env["guard.sourcing"]
        self.floor, self.jobs, self.crews = capacity._read_floor(company, self.now, but_reviews)
        self.sources = sourcing._read_sources(dict(wanted), company, self.crews)
        self.on_hand, self.changes = sourcing._read_stocks(self.sources.keys())
        self._load()
        everything = env["product.product"].union(*wanted.values())
        self.lateness = sourcing._read_lateness(everything, self.now)

    @cached_property
    def clock(self):
        """Working time of the company between two moments, as a function; None where it has no calendar."""
        promises = [promised for lines in self.lines.values() for line in lines if (promised := self.promised(line))]
        margin = timedelta(days=31)  # beyond the last date that is looked for, for the delays of a delivery
        first = min([self.now, *promises])
        last = max([self.now + self.env["guard.capacity"]._horizon() + margin, *promises])
        return self.company.resource_calendar_id._guard_clock(first, last, self.company)

    def hours(self, start, stop):
        """Working hours between two moments; None where there is no calendar."""
        return self.clock(start, stop) if self.clock else None

    def _load(self):
        """Put on the floor what there is to do already; what is being made comes when its machines are done with it."""
        self.loaded = self.floor.copy()
        self.placed = self.loaded.load(self.jobs)
        ends = self._ends()
        self.stocks = {
            key: Stock(
                self.present,
                on_hand,
                [
                    (max(date, ends.get(production, 0)), quantity)
                    for date, production, quantity in self.changes[key]
                    if ends.get(production, 0) is not None
                ],
            )
            for key, on_hand in self.on_hand.items()
        }

    def _changed(self, variant):
        """The same with something else tried; nothing is read again."""
        world = copy(self)
        world.variant = variant
        world.sources = variant.change_sources(self.sources)
        if variant.overtime:
            world.floor = self.floor.copy()
            variant.change_floor(world.floor)
            world._load()
        return world

    def _ends(self):
        """When each manufacturing order is done with its machines; None where there is no time for it."""
        ends = {}
        for job in self.placed:
            if job.order is None:  # booked for no manufacturing order: nothing is made
                continue
            known = ends.get(job.order, 0)
            ends[job.order] = None if job.end is None or known is None else max(known, job.end)
        return ends

    def warehouse(self, line):
        """Where the goods of a line are taken from."""
        return line.warehouse_id or line.order_id.warehouse_id

    def outcome(self, order, first=False, variant=None):
        """Reckon one order.

        :param first: whether what can wait has to
        :param variant: ``tools.what_if.Variant`` to try; as many as one likes, one after the other
        """
        return self._changed(variant)._outcome(order, first or variant.first) if variant else self._outcome(order, first)

    def _outcome(self, order, first):
        needs, lines, refused = [], {}, {}
        for line in self.lines[order]:
            need, code = self._need(line)
            if need:
                (need,) = self.variant.change_needs([need], {need.key: self.lag(line)})
            lines[line] = need
            if code:
                refused[line] = code
            elif need:
                needs.append(need)
        floor = self._floor_of_fixed() if first else self.loaded
        planner, answers = assess(self.present, floor, self.sources, self.stocks, needs)
        outcome = Outcome(self, order, planner, floor, lines, refused, answers)
        if not first and outcome.wants_others_to_wait():
            outcome.put_first(needs, self._floor_of_fixed())
        elif self.variant.first:
            outcome.displace(planner.floor)
        return outcome

    def keep(self, outcome):
        """Let what one order was promised be lost to the next one."""
        for operation, _product, slot in outcome.planner.slots:
            self.loaded.book(slot.machine, slot.start, slot.end, slot.crew)
            key = ("mrp.routing.workcenter", operation)
            work = spans.length(spans.between(self.loaded.machines[slot.machine].up, slot.start, slot.end))
            self.placed.append(Job(key, None, slot.machine, slot.start, slot.end, work, slot.crew, fixed=True))

    def _floor_of_fixed(self):
        floor = self.floor.copy()
        floor.load([job for job in self.placed if job.fixed and job.end])
        return floor

    def _need(self, line):
        """What a line still needs: ``(need, code of what makes it impossible to say)``."""
        product = line.product_id
        if not line.product_uom_id or (
            line.product_uom_id != product.uom_id and not line.product_uom_id._has_common_reference(product.uom_id)
        ):
            return None, "no_unit"
        promised = self.promised(line)
        ready_by = seconds(promised) - self.lag(line) if promised else None
        key = (product.id, self.warehouse(line).id)
        return Need(line.id, key, self.needed(line, line.product_uom_qty), ready_by), None

    def needed(self, line, quantity):
        """What of an ordered quantity is still needed, in the product's own unit."""
        if line.order_id.state == "sale":  # what is under way counts among the stock moves already
            quantity = max(0.0, quantity - max(line._get_qty_procurement(), line.qty_delivered))
        return line.product_uom_id._compute_quantity(quantity, line.product_id.uom_id, round=False)

    def promised(self, line):
        """When the customer expects the line."""
        if self.variant.promised is not None:
            return moment(self.variant.promised)
        return line.order_id.commitment_date or line._expected_date()

    def lag(self, line):
        """Seconds from the shelf to the customer: the delays of the delivery's steps and the company's margin."""
        rules = self.warehouse(line).delivery_route_id.rule_ids
        return round((sum(rules.mapped("delay")) + self.company.security_lead) * DAY)


@dataclass
class Outcome:
    """What came out for one order, and how it is told and kept."""

    world: World
    order: object
    planner: Planner
    floor: object
    needs: dict
    refused: dict
    answers: dict
    first: dict = field(default_factory=dict)
    displaced: list = field(default_factory=list)

    # Per line

    def earliest(self, line, answers=None):
        """When a line can be delivered, as naive UTC; None where nothing can be said."""
        answer = (self.answers if answers is None else answers).get(line.id)
        return moment(answer.ready + self.world.lag(line)) if answer and answer.ready is not None else None

    def verdict(self, line):
        """One of VERDICTS for a line."""
        if line in self.refused:
            return "unknown"
        answer = self.answers[line.id]
        if answer.last.kind == "service" or answer.need.quantity <= 0:
            return "none"
        earliest = self.earliest(line)
        if not earliest:
            return "unknown"
        promised = self.world.promised(line)
        if self._slack(earliest, promised) > -MOMENT:
            return "kept"
        first = self.earliest(line, self.first)
        return "displaces" if first and self._slack(first, promised) > -MOMENT else "late"

    # Others

    def wants_others_to_wait(self):
        """Whether a line is late, or without a date, for want of a machine or of people."""
        return any(
            self.verdict(line) in ("late", "unknown") and self.answers[line.id].binding in ("machine", "people", "no_machine", "no_people")
            for line in self.needs
            if line not in self.refused
        )

    def put_first(self, needs, floor):
        """Reckon the order before everything that can wait."""
        world = self.world
        planner = Planner(world.present, floor, world.sources, world.stocks)
        self.first = planner.plan(needs)
        if not any(self._gains(line) for line in self.needs if line not in self.refused):
            self.first = {}
        else:
            self.displace(planner.floor)

    def displace(self, floor):
        """Find out who would wait how long.

        :param floor: with this order on it and what can't wait; what can is put on it
        """
        world = self.world
        movable = [job for job in world.placed if not job.fixed and job.end]
        productions = world.env["mrp.production"].browse({job.order for job in movable})
        feeds = {
            production.id: parents[:1].id
            for production in productions
            if (parents := production.move_finished_ids.move_dest_ids.raw_material_production_id - production)
        }
        moved = displace(floor, movable, feeds)
        before, after = {}, {}
        for job in movable:
            if job.order:
                end = moved.get(job.key, job.end)
                before[job.order] = max(before.get(job.order, 0), job.end)
                after[job.order] = None if end is None or after.get(job.order, 0) is None else max(after.get(job.order, 0), end)
        self.displaced = self._tell_displaced(
            {order: (before[order], after[order]) for order in before if after[order] is None or after[order] > before[order]}
        )

    def _gains(self, line):
        earliest, first = self.earliest(line), self.earliest(line, self.first)
        return first and (not earliest or first < earliest)

    def _tell_displaced(self, slips):
        """The manufacturing orders that would slip, with the sales orders that wait for them."""
        world, found = self.world, []
        productions = world.env["mrp.production"].browse(slips)
        waiting = productions.reference_ids.sale_ids
        for production, (before, after) in zip(productions, slips.values(), strict=True):
            slip = world.hours(moment(before), moment(after)) if after is not None else None
            orders = (production.reference_ids.sale_ids - self.order).with_prefetch(waiting.ids)
            for order in orders or [world.env["sale.order"]]:
                promised = order.commitment_date or order.expected_date if order else False
                found.append(
                    {
                        "production": [production.id, production.display_name],
                        "order": [order.id, order.name] if order else None,
                        "user": [order.user_id.id, order.user_id.name] if order.user_id else None,
                        "before": _iso(moment(before)),
                        "after": _iso(moment(after)) if after is not None else None,
                        "hours": slip,
                        "promised": _iso(promised),
                        "breaks": bool(promised and (after is None or moment(after) > promised)),
                    }
                )
        return found

    # Kept

    def values(self):
        """Values of a ``guard.feasibility`` record."""
        lines = [self._line_values(line) for line in self.needs]
        verdicts = [line["verdict"] for line in lines]
        order = ("unknown", "late", "displaces", "kept", "none")
        centres = {slot.machine for _operation, _product, slot in self.planner.slots}
        centres |= {step.machine for answer in self.answers.values() for step in answer.steps if step.machine}
        products = {step.product[0] for answer in self.answers.values() for step in answer.steps}
        dates = [line["date_earliest"] for line in lines if line["verdict"] != "none"]
        first = [self.earliest(line, self.first) for line in self.needs if self.first and line.id in self.first]
        return {
            "verdict": next((verdict for verdict in order if verdict in verdicts), "none"),
            "date_earliest": max(dates) if dates and all(dates) else False,
            "date_first": max(first) if first and all(first) else False,
            "line_ids": [fields.Command.create(values) for values in lines],
            "displaced": self.displaced,
            "load": self._tell_load(centres),
            "workcenter_ids": [fields.Command.set(sorted(centres))],
            "product_ids": [fields.Command.set(sorted(products))],
        }

    def _line_values(self, line):
        promised, earliest = self.world.promised(line), self.earliest(line)
        answer = self.answers.get(line.id)
        basis = self.world.lateness.get(line.product_id.id, [])
        usual = quantiles(basis, MINIMUM) if earliest else None
        middle, ninth = (earliest + timedelta(days=max(0.0, days)) for days in usual) if usual else (False, False)
        return {
            "order_line_id": line.id,
            "product_id": line.product_id.id,
            "quantity": self.needs[line].quantity if self.needs[line] else line.product_uom_qty,
            "date_promised": promised,
            "date_earliest": earliest,
            "date_first": self.earliest(line, self.first) if self.first else False,
            "slack_hours": self._slack(earliest, promised),
            "verdict": self.verdict(line),
            "reason": self._tell_reason(line, answer),
            "steps": [self._tell_step(step) for step in answer.steps] if answer else [],
            "date_p50": middle,
            "date_p90": ninth,
            "basis_count": len(basis),
        }

    def _slack(self, earliest, promised):
        """Working hours between the earliest date and the promise; below zero where it comes too late."""
        if not earliest or not promised:
            return 0.0
        span, sign = ((earliest, promised), 1) if earliest <= promised else ((promised, earliest), -1)
        hours = self.world.hours(*span)
        return sign * hours if hours is not None else sign * (span[1] - span[0]).total_seconds() / 3600

    def slots(self):
        """The places of its operations, as ``guard.capacity.reservation`` keeps them."""
        return [
            {
                "workcenter_id": slot.machine,
                "operation_id": operation,
                "product_id": product[0],
                "date_start": moment(slot.start),
                "date_end": moment(slot.end),
                "hours": spans.length(spans.between(self.floor.machines[slot.machine].work, slot.start, slot.end)) / 3600,
            }
            for operation, product, slot in self.planner.slots
        ]

    # Told

    def _tell_reason(self, line, answer):
        """What binds: names as they are now, for a sentence in any language."""
        if line in self.refused:
            product = line.product_id
            return {
                "code": self.refused[line],
                "product": [product.id, product.display_name],
                "unit": line.product_uom_id.name,
                "other": product.uom_id.name,
            }
        step, env = answer.step, self.world.env
        reason = {"code": answer.binding or ("service" if answer.last.kind == "service" else "work")}
        if step is None:
            return reason
        product = env["product.product"].browse(step.product[0])
        reason["product"] = [product.id, product.display_name]
        if step.kind == "make":
            reason["code"] = "lead"  # no operations, a lead time instead
        if step.machine:
            centre = env["mrp.workcenter"].browse(step.machine)
            reason["machine"] = [centre.id, centre.display_name]
        if step.kind == "operation":
            operation = env["mrp.routing.workcenter"].browse(step.key)
            reason["operation"] = [operation.id, operation.name]
            reason["until"] = _iso(moment(step.start)) if step.start else None
            reason["skills"] = operation.guard_skill_ids.mapped("name")
        else:
            reason["until"] = _iso(moment(step.end)) if step.end else None
        if step.path:
            names = {p.id: p.display_name for p in env["product.product"].browse([key[0] for key in step.path])}
            reason["path"] = [names[key[0]] for key in step.path]
        return reason

    def _tell_step(self, step):
        env = self.world.env
        product = env["product.product"].browse(step.product[0])
        told = {
            "kind": step.kind,
            "level": step.level,
            "product": [product.id, product.display_name],
            "unit": product.uom_id.name,
            "quantity": step.quantity,
            "taken": step.taken,
            "start": _iso(moment(step.start)) if step.start is not None else None,
            "end": _iso(moment(step.end)) if step.end is not None else None,
            "waits": {kind: round(wait / 3600, 2) for kind, wait in step.waits.items()},
            "code": step.code,
        }
        if step.machine:
            centre = env["mrp.workcenter"].browse(step.machine)
            told["machine"] = [centre.id, centre.display_name]
        if step.kind == "operation":
            operation = env["mrp.routing.workcenter"].browse(step.key)
            told["operation"] = [operation.id, operation.name]
            if "machine" in step.waits:
                told["blockers"] = [[*key, self._names[key]] for key in self._blockers(step)]
        elif step.kind in ("buy", "subcontract") and step.key:
            vendor = env["product.supplierinfo"].browse(step.key)
            told["vendor"] = [vendor.partner_id.id, vendor.partner_id.display_name]
        elif step.key and step.kind != "missing":
            told["bom"] = [step.key, env["mrp.bom"].browse(step.key).display_name]
        return told

    def _blockers(self, step):
        """Keys of what holds the machine between the moment when the operation could begin and its slot."""
        ready = step.before.end if step.before else self.world.present
        jobs = [job for job in self._placed_on[step.machine] if job.end > ready and job.start < step.start]
        return [job.key for job in jobs[:BLOCKERS]]

    @cached_property
    def _placed_on(self):
        """What has its place on each machine, from the first to the last."""
        found = defaultdict(list)
        for job in sorted((job for job in self.world.placed if job.end), key=lambda job: job.start):
            found[job.machine].append(job)
        return found

    @cached_property
    def _names(self):
        """Names of all blockers, read together: ``{(model, id): name}``."""
        ids = defaultdict(set)
        for answer in self.answers.values():
            for step in answer.steps:
                if "machine" in step.waits and step.kind == "operation":
                    for model, key in self._blockers(step):
                        ids[model].add(key)
        return {
            (model, record.id): record.display_name
            for model, keys in ids.items()
            for record in self.world.env[model].browse(keys)
        }

    def _tell_load(self, centres):
        """Hours by week of each work centre concerned: what there is, what is taken, reserved, and this order's."""
        world = self.world
        if not centres:
            return {"weeks": [], "centres": []}
        ends = [slot.end for _operation, _product, slot in self.planner.slots]
        ends += [need.promised for need in self.needs.values() if need and need.promised]
        weeks = _weeks(world.now, moment(max(ends, default=world.present)), world.company)
        told = []
        for centre in world.env["mrp.workcenter"].browse(sorted(centres)):
            machine = self.floor.machines[centre.id]
            reserved = spans.union(
                (job.start, job.end) for job in self._placed_on[centre.id] if job.order is None
            )
            own = spans.union(
                (slot.start, slot.end) for _o, _p, slot in self.planner.slots if slot.machine == centre.id
            )
            busy = spans.minus(machine.busy, reserved)
            told.append(
                {
                    "id": centre.id,
                    "name": centre.display_name,
                    "capacity": _by_week(weeks, machine.work, None),
                    "load": _by_week(weeks, machine.work, busy),
                    "reserved": _by_week(weeks, machine.work, reserved),
                    "own": _by_week(weeks, machine.work, own),
                }
            )
        zone = _zone(world.company)
        mondays = [str(datetime.fromtimestamp(week, zone).date()) for week in weeks[:-1]]
        return {"weeks": mondays, "centres": told}


def _zone(company):
    return pytz.timezone(company.resource_calendar_id.tz or "UTC")


def _weeks(start, stop, company):
    """Mondays at midnight where the company works, in seconds, one more than weeks are shown."""
    zone = _zone(company)
    monday = pytz.utc.localize(start).astimezone(zone)
    monday = (monday - timedelta(days=monday.weekday())).date()
    count = min(WEEKS, max(4, (stop.date() - monday).days // 7 + 2))
    return [
        int(zone.localize(fields.Datetime.to_datetime(monday + timedelta(weeks=week))).timestamp())
        for week in range(count + 1)
    ]


def _by_week(weeks, work, held):
    """Hours of work in each week, or of that part of it that is held."""
    found = []
    for start, end in zip(weeks, weeks[1:], strict=False):
        time = list(spans.between(work, start, end))
        if held is not None:
            time = spans.common(time, spans.between(held, start, end))
        found.append(round(spans.length(time) / 3600, 2))
    return found


def _iso(value):
    return fields.Datetime.to_string(value) if value else None
