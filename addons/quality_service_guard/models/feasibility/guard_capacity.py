from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import spans
from ...tools.capacity import Floor, Job, Machine, Person, Qualified

UNDER_WAY = ("confirmed", "progress", "to_close")
FOREVER = float("inf")


def seconds(moment):
    """Whole seconds of a naive UTC datetime."""
    return int(moment.replace(tzinfo=pytz.utc).timestamp())


def moment(value):
    """The naive UTC datetime of whole seconds."""
    return datetime.fromtimestamp(value, pytz.utc).replace(tzinfo=None)


class GuardCapacity(models.AbstractModel):
    """Reads what a company's machines, operators and equipment can do, once for everything that is asked.

    Queries don't depend on how many work orders or lines there are. What was read is reckoned with in memory by
    ``tools.capacity`` (clause 2.1.2).
    """

    _name = "guard.capacity"
    _description = "Capacity of Machines, People and Equipment"

    @api.model
    def _horizon(self):
        """How far ahead is looked, from now: an answer beyond is no answer."""
        return timedelta(days=365)

    @api.model
    def _read_floor(self, company, now, but_reviews=None):
        """Machines, operators and what is booked on them.

        :param now: naive UTC datetime
        :param but_reviews: order reviews whose own reservations don't count
        :return: ``(floor, jobs, crews)``: the floor empty of work, the jobs that are to be loaded on it, who may do what
        """
        start, stop = pytz.utc.localize(now), pytz.utc.localize(now + self._horizon())
        centres = self.env["mrp.workcenter"].search_fetch(
            [("company_id", "in", [False, company.id])],
            ["name", "code", "active", "resource_id", "resource_calendar_id", "working_state"]
            + ["time_efficiency", "time_start", "time_stop"],
        )
        crews = self._read_crews(centres, company)
        work = self._read_working_time(centres.resource_id, start, stop)
        down = self._read_down_time(centres, now)
        blocked = [(seconds(now), FOREVER)]
        machines = [
            Machine(
                centre.id,
                work.get(centre.resource_id.id, []) if centre.resource_calendar_id else [],
                blocked if centre.working_state == "blocked" else [],
                down.get(centre.id, []),
            )
            for centre in centres
        ]
        floor = Floor(machines, crews.persons(self._read_presence(crews.employees, start, stop)))
        jobs = self._read_work_orders(centres, crews, now) + self._read_bookings(centres, crews, now, but_reviews)
        return floor, jobs, crews

    # Time

    def _read_working_time(self, resources, start, stop):
        """Working time by resource id, leaves taken out: of each calendar at once, in its time zone as Odoo plans there."""
        found = {}
        for calendar, members in resources.grouped("calendar_id").items():
            if calendar:
                intervals = calendar._work_intervals_batch(start, stop, members, tz=pytz.timezone(calendar.tz))
                found.update(_by_same(members, intervals))
        return found

    def _read_presence(self, employees, start, stop):
        """When each operator is there, contracts, leaves and holidays counted, by employee id."""
        resources = employees.resource_id
        intervals, _by_calendar = resources._get_valid_work_intervals(start, stop)
        by_resource = _by_same(resources, intervals)
        return {employee.id: by_resource[employee.resource_id.id] for employee in employees}

    def _read_down_time(self, centres, now):
        """When key equipment keeps a work centre from working, by its id.

        Broken equipment is down until the end that its repair is scheduled for; nobody knows longer than that. Without
        one, or when it has passed, nobody knows at all.
        """
        requests = self.env["maintenance.request"].search_fetch(
            [
                ("equipment_id.guard_workcenter_id", "in", centres.ids),
                ("equipment_id.guard_is_key", "=", True),
                ("stage_id.done", "=", False),
                ("archive", "=", False),
            ],
            ["equipment_id", "maintenance_type", "schedule_date", "schedule_end"],
        )
        down = defaultdict(list)
        for request in requests:
            begin, end = request.schedule_date, request.schedule_end
            if request.maintenance_type == "corrective":
                span = (seconds(now), seconds(end) if end and end > now else FOREVER)
            elif begin and end and end > now:
                span = (seconds(begin), seconds(end))
            else:
                continue
            down[request.equipment_id.guard_workcenter_id.id].append(span)
        return {centre: spans.union(found) for centre, found in down.items()}

    # People

    def _read_crews(self, centres, company):
        """Who may work where, and who holds which certified skill until when."""
        asked = defaultdict(list)
        for operation, skill in self.env["mrp.routing.workcenter"].with_context(active_test=False)._read_group(
            [("guard_skill_ids", "!=", False), ("company_id", "in", [False, company.id])], ["id", "guard_skill_ids"]
        ):
            asked[operation.id].append(skill.id)
        certified = self.env["hr.employee.skill"].search_fetch(
            [
                ("skill_id", "in", {skill for skills in asked.values() for skill in skills}),
                ("employee_id.company_id", "=", company.id),
                ("employee_id.active", "=", True),
            ],
            ["employee_id", "skill_id", "valid_from", "valid_to"],
        )
        return Crews(centres, asked, certified)

    # Load

    def _read_work_orders(self, centres, crews, now):
        """Jobs for what is running, planned, or confirmed without being planned."""
        orders = self.env["mrp.workorder"].search_fetch(
            [
                ("state", "in", ("blocked", "ready", "progress")),
                ("production_state", "in", UNDER_WAY),
                ("workcenter_id", "in", centres.ids),
            ],
            [
                "name",
                "workcenter_id",
                "production_id",
                "operation_id",
                "state",
                "leave_id",
                "date_start",
                "date_finished",
                "duration_expected",
                "duration",
            ],
        )
        orders.production_id.fetch(["name", "date_start"])  # more of them than Odoo would read together
        return [self._prepare_job(order, crews, now) for order in orders]

    def _prepare_job(self, order, crews, now):
        """The job of a work order: where it is planned, or from when on it waits for a place."""
        present, start, end = seconds(now), order.date_start, order.date_finished
        running = order.state == "progress"
        overdue = bool(order.leave_id and start < now and not running)
        if order.leave_id and end > now and not overdue:
            begin, stop = max(present, seconds(start)), seconds(end)
        else:  # not planned, should have begun, or its plan is over and the work is not done
            earliest = start or order.production_id.date_start
            begin, stop = max(present, seconds(earliest)) if earliest else present, None
        return Job(
            ("mrp.workorder", order.id),
            order.production_id.id,
            order.workcenter_id.id,
            begin,
            stop,
            round(60 * max(0.0, order.duration_expected - order.duration)),
            crews.crew(order.workcenter_id, order.operation_id),
            fixed=running,
            overdue=overdue,
        )

    def _read_bookings(self, centres, crews, now, but_reviews):
        """Jobs for the other bookings in the calendars of work centres: reserved for orders, or made by hand."""
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            Domain("time_type", "=", "other")
            & Domain("resource_id", "in", centres.resource_id.ids)
            & Domain("date_to", ">", now)
            & Domain("id", "not in", self.env["mrp.workorder"]._search([("leave_id", "!=", False)]).subselect("leave_id")),
            ["resource_id", "date_from", "date_to"],
        )
        reservations = self.env["guard.capacity.reservation"].search_fetch(
            [("state", "=", "active"), ("leave_id", "in", leaves.ids)],
            ["leave_id", "review_id", "operation_id", "expires_on"],
        )
        by_leave = {reservation.leave_id.id: reservation for reservation in reservations}
        by_resource = {centre.resource_id.id: centre for centre in centres}
        today = fields.Date.context_today(self)
        jobs = []
        for leave in leaves:
            reservation = by_leave.get(leave.id)
            if reservation and (
                reservation.review_id in (but_reviews or ()) or (reservation.expires_on and reservation.expires_on < today)
            ):
                continue
            centre = by_resource[leave.resource_id.id]
            start, end = max(seconds(now), seconds(leave.date_from)), seconds(leave.date_to)
            crew = crews.crew(centre, reservation.operation_id) if reservation else None
            jobs.append(
                Job(("resource.calendar.leaves", leave.id), None, centre.id, start, end, end - start, crew, fixed=True)
            )
        return jobs


class Crews:
    """Who may do an operation at a work centre.

    :param centres: work centres with their operators
    :param asked: ``{operation id: ids of the skills that it asks for}``
    :param certified: ``hr.employee.skill`` records
    """

    def __init__(self, centres, asked, certified):
        self.asked = asked
        self.operators = {centre.id: frozenset(centre.guard_operator_ids.ids) for centre in centres}
        self.holders = defaultdict(lambda: defaultdict(list))
        for record in certified:
            self.holders[record.skill_id.id][record.employee_id.id].append(_validity(record))
        self.employees = centres.guard_operator_ids | certified.employee_id

    def crew(self, centre, operation):
        """Who may do it, as ``tools.capacity`` takes it; None where people are not reckoned with."""
        skills, operators = self.asked.get(operation.id), self.operators.get(centre.id)
        if not skills:
            return operators or None
        holders = frozenset.intersection(*(frozenset(self.holders[skill]) for skill in skills))
        return frozenset(
            Qualified(employee, *period)
            for employee in (holders & operators if operators else holders)
            for period in self._valid(employee, skills)
        )

    def _valid(self, employee, skills):
        """When an operator holds all of the skills."""
        valid = [(-FOREVER, FOREVER)]
        for skill in skills:
            valid = list(spans.common(valid, spans.union(self.holders[skill][employee])))
        return valid

    def persons(self, presence):
        """The operators as ``tools.capacity`` takes them; who is wanted at the fewest work centres is taken first."""
        wanted = Counter(employee for operators in self.operators.values() for employee in operators)
        return [
            Person(employee.id, list(presence.get(employee.id, ())), wanted[employee.id]) for employee in self.employees
        ]


def _validity(record):
    """From the beginning of the first to the end of the last day, in UTC."""
    begin = seconds(datetime.combine(record.valid_from, time.min)) if record.valid_from else -FOREVER
    end = seconds(datetime.combine(record.valid_to + timedelta(days=1), time.min)) if record.valid_to else FOREVER
    return begin, end


def _by_same(resources, intervals):
    """Spans by resource id; those that Odoo gives as one and the same are turned once."""
    turned, found = {}, {}
    for resource in resources:
        given = intervals[resource.id]
        if id(given) not in turned:
            turned[id(given)] = spans.union(
                # Odoo's days end a millionth of a second before midnight
                (round(begin.timestamp()), round(end.timestamp())) for begin, end, _meta in given
            )
        found[resource.id] = turned[id(given)]
    return found
