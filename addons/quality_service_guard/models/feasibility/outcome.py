from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

import pytz
from odoo import fields

from ...tools import spans
from ...tools.capacity import displace
from ...tools.feasibility import Planner, quantiles
from .guard_capacity import moment

MINIMUM = 8  # fewer deliveries than this are no basis for a quantile
MOMENT = 0.05  # working hours that nobody calls late
WEEKS = 26  # that a load picture shows at most
BLOCKERS = 10  # documents named as what a line waits for


@dataclass
class Outcome:
    """What came out for one order, and how it is told and kept."""

    world: object
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
                        "before": _iso_seconds(before),
                        "after": _iso_seconds(after),
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
        step = answer.step
        reason = {"code": answer.binding or ("service" if answer.last.kind == "service" else "work")}
        if step is None:
            return reason
        reason["product"] = self._named("product.product", step.product[0])
        if step.kind != "operation" and (held := self.world.held.get(step.product)):
            reason["held"] = held
            reason["held_unit"] = self._record("product.product", step.product[0]).uom_id.name
        reason["until"] = _iso_seconds(step.start if step.kind == "operation" else step.end)
        if step.kind == "make":
            reason["code"] = "lead"  # no operations, a lead time instead
        if step.machine:
            reason["machine"] = self._named("mrp.workcenter", step.machine)
        if step.kind == "operation":
            reason["operation"] = self._named("mrp.routing.workcenter", step.key)
            reason["skills"] = [self._named("hr.skill", skill)[1] for skill in self._skills(step)]
        if step.path:
            reason["path"] = [self._named("product.product", key[0])[1] for key in step.path]
        return reason

    def _tell_step(self, step):
        product = self._record("product.product", step.product[0])
        told = {
            "kind": step.kind,
            "level": step.level,
            "product": [product.id, product.display_name],
            "unit": product.uom_id.name,
            "quantity": step.quantity,
            "taken": step.taken,
            "start": _iso_seconds(step.start),
            "end": _iso_seconds(step.end),
            "waits": {kind: round(wait / 3600, 2) for kind, wait in step.waits.items()},
            "code": step.code,
        }
        if step.kind != "operation" and (held := self.world.held.get(step.product)):
            told["held"] = held
        if step.machine:
            told["machine"] = self._named("mrp.workcenter", step.machine)
        if step.kind == "operation":
            told["operation"] = self._named("mrp.routing.workcenter", step.key)
            if "machine" in step.waits:
                told["blockers"] = [[*key, self._named(*key)[1]] for key in self._blockers(step)]
        elif step.kind in ("buy", "subcontract") and step.key:
            vendor = self._record("product.supplierinfo", step.key).partner_id
            told["vendor"] = [vendor.id, vendor.display_name]
        elif step.key and step.kind != "missing":
            told["bom"] = self._named("mrp.bom", step.key)
        return told

    def _skills(self, step):
        return self.world.crews.asked.get(step.key, ())

    def _named(self, model, key):
        record = self._record(model, key)
        return [record.id, record.display_name]

    def _record(self, model, key):
        """A record that is told of; all of its model are read together."""
        return self.world.env[model].browse(key).with_prefetch(self._told_of[model])

    @cached_property
    def _told_of(self):
        """Ids of all records that are told of, by model."""
        told = defaultdict(set)
        for step in (step for answer in self.answers.values() for step in answer.steps):
            told["product.product"] |= {key[0] for key in (step.product, *step.path)}
            if step.machine:
                told["mrp.workcenter"].add(step.machine)
            if step.kind == "operation":
                told["mrp.routing.workcenter"].add(step.key)
                told["hr.skill"].update(self._skills(step))
                for model, key in self._blockers(step) if "machine" in step.waits else ():
                    told[model].add(key)
            elif step.key and step.kind != "missing":
                told["product.supplierinfo" if step.kind in ("buy", "subcontract") else "mrp.bom"].add(step.key)
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

    def _tell_load(self, centres):
        """Hours by week of each work centre concerned: what there is, what is taken, reserved, and this order's."""
        world = self.world
        if not centres:
            return {"weeks": [], "centres": []}
        ends = [slot.end for _operation, _product, slot in self.planner.slots]
        ends += [need.promised for need in self.needs.values() if need and need.promised]
        zone = pytz.timezone(world.company.resource_calendar_id.tz or "UTC")
        mondays = _mondays(world.now, moment(max(ends, default=world.present)), zone)
        weeks = [int(zone.localize(fields.Datetime.to_datetime(monday)).timestamp()) for monday in mondays]
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
        return {"weeks": [str(monday) for monday in mondays[:-1]], "centres": told}


def _mondays(start, stop, zone):
    """The Mondays of the weeks that are shown where the company works, and the one after."""
    monday = pytz.utc.localize(start).astimezone(zone).date()
    monday -= timedelta(days=monday.weekday())
    count = min(WEEKS, max(4, (stop.date() - monday).days // 7 + 2))
    return [monday + timedelta(weeks=week) for week in range(count + 1)]


def _by_week(weeks, work, held):
    """Hours of work in each week, or of that part of it that is held."""
    found = []
    for start, end in zip(weeks, weeks[1:], strict=False):
        time = list(spans.between(work, start, end))
        if held is not None:
            time = spans.common(time, spans.between(held, start, end))
        found.append(round(spans.length(time) / 3600, 2))
    return found


def _iso_seconds(value):
    return _iso(moment(value)) if value is not None else None


def _iso(value):
    return fields.Datetime.to_string(value) if value else None
