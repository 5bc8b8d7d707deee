from collections import defaultdict
from copy import copy
from datetime import timedelta
from functools import cached_property

from odoo import fields

from ...tools import spans
from ...tools.capacity import Job
from ...tools.feasibility import Need, assess
from ...tools.supply import Stock
from ...tools.what_if import Variant
from .guard_capacity import moment, seconds
from .guard_sourcing import DAY
from .outcome import Outcome


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
        self.held = sourcing._read_held(self.sources.keys())
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
