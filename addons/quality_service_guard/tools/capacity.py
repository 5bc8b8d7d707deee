"""Finite capacity in memory: which machine has time, and an operator who may run it (clause 2.1.2).

A job holds its machine from start to end. Nights, leaves, repairs and moments without an operator interrupt it;
another job does not. Operators may hand over to each other, for instance at the end of a shift. Moments are whole
seconds; nothing here knows Odoo.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from heapq import merge
from typing import NamedTuple

from . import spans

# what can make a job wait, in the order in which it is looked for
WAITS = ("machine", "equipment", "people")


@dataclass
class Machine:
    """One work centre.

    :param key: whatever names it
    :param work: spans of its working time, leaves taken out
    :param blocked: spans when it is blocked
    :param down: spans when equipment that it can't do without is broken or being maintained
    """

    key: object
    work: list
    blocked: list = field(default_factory=list)
    down: list = field(default_factory=list)
    busy: list = field(default_factory=list)

    def __post_init__(self):
        self.unblocked = spans.minus(self.work, self.blocked)
        self.up = spans.minus(self.unblocked, self.down)


@dataclass
class Person:
    """An operator.

    :param free: spans when they are present and not at a machine yet
    :param versatility: for how many kinds of jobs they are wanted; the least wanted are taken first
    """

    key: object
    free: list
    versatility: int = 1


class Qualified(NamedTuple):
    """A member of a crew whose qualification holds for a time only; others are named by the person's key alone."""

    key: object
    start: float = float("-inf")
    end: float = float("inf")


@dataclass(frozen=True)
class Slot:
    """When a job can be done, and what it had to wait for.

    :param waits: ``{"machine" | "equipment" | "people": seconds}`` by which each delays the end
    """

    machine: object
    start: int
    end: int
    crew: frozenset = None
    waits: dict = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Blocked:
    """Why a job gets no slot at all: the kind of resource that fails it, and the machine looked at."""

    machine: object
    kind: str


@dataclass(frozen=True)
class Job:
    """A work order that holds or will hold a machine.

    :param order: the manufacturing order that it belongs to
    :param start, end: its place; a job that is not planned has its earliest start and None
    :param seconds: its work
    :param crew: keys of those who may do it; None where nobody is asked for
    :param fixed: whether it is running, or promised so that nothing displaces it
    :param overdue: whether it should have begun before now: it goes before everything that is planned for later
    """

    key: object
    order: object
    machine: object
    start: int
    end: int | None
    seconds: int
    crew: frozenset = None
    fixed: bool = False
    overdue: bool = False


class Floor:
    """The machines and operators of a company with what they have to do already."""

    staffed = True

    def __init__(self, machines, persons=()):
        self.machines = {machine.key: machine for machine in machines}
        self.persons = {person.key: person for person in persons}

    def copy(self, without=None):  # pylint: disable=method-required-super
        """A floor to try something on.

        :param without: a kind of resource (see WAITS) that is to stand in nobody's way
        """
        twin = Floor(())
        twin.staffed = self.staffed and without != "people"
        for key, machine in self.machines.items():
            twin.machines[key] = other = object.__new__(Machine)
            other.__dict__.update(machine.__dict__, busy=list(machine.busy))
            if without == "machine":
                other.busy, other.unblocked = [], other.work
                other.up = spans.minus(other.work, other.down)
            elif without == "equipment":
                other.up = other.unblocked
        twin.persons = {key: replace(person, free=list(person.free)) for key, person in self.persons.items()}
        return twin

    # Load

    def load(self, jobs):
        """Put jobs that are known on the floor, those that have their place first.

        What is running or overdue goes on from now, and what was planned for its time begins when the machine is free.
        The others fill, from their earliest start on, what is free of their machine's time.

        :return: the same jobs, each with its place; those for which there is no time have no end
        """
        placed = {job.key: self._fill(job) if job.end is None else self._keep(job) for job in sorted(jobs, key=_order_of_load)}
        return [placed[job.key] for job in jobs]

    def _keep(self, job):
        """Book a job where it was planned, or later where what goes before it holds the machine."""
        if job.fixed or spans.is_free(self.machines[job.machine].busy, job.start, job.end):
            self.book(job.machine, job.start, job.end, job.crew)
            return job
        planned = spans.length(spans.between(self.machines[job.machine].up, job.start, job.end))
        return self._fill(replace(job, end=None, seconds=max(job.seconds, planned)))

    def book(self, machine, start, end, crew=None):
        """Take a machine for a time, and operators as far as there are."""
        spans.add(self.machines[machine].busy, start, end)
        if crew:
            self._staff(crew, spans.between(self.machines[machine].up, start, end))

    def _fill(self, job):
        machine, left, start, end = self.machines[job.machine], job.seconds, None, None
        for opens, closes in list(spans.gaps(machine.busy, job.start)):
            if left <= 0:
                break
            opened = None
            for begin, stop in spans.between(machine.up, opens, closes):
                opened = begin if opened is None else opened
                end = min(stop, begin + left)
                left -= end - begin
                if left <= 0:
                    break
            if opened is not None:
                start = opened if start is None else start
                self.book(machine.key, opened, end, job.crew)
        return replace(job, start=job.start if start is None else start, end=None if left > 0 else end or job.start)

    # Places

    def earliest(self, options, ready):
        """The slot that ends first.

        :param options: ``[(machine key, seconds, crew)]``, the preferred first
        :return: a Slot, or Blocked where no machine has the time or none was given
        """
        best = failed = None
        for key, seconds, crew in options:
            end = self._place(key, ready, seconds, crew)
            if end and (best is None or end[1] < best[0][1]):
                best = end, key, seconds, crew
            elif not end:
                failed = failed or (key, seconds, crew)
        if best:
            (start, end), key, seconds, crew = best
            return Slot(key, start, end, crew, self._explain(key, ready, seconds, end))
        return Blocked(failed[0], self._explain_none(*failed, ready)) if failed else Blocked(None, "machine")

    def take(self, slot):
        """Hold what a slot needs."""
        self.book(slot.machine, slot.start, slot.end, slot.crew)

    def has_crew(self, machine, start, end, seconds, crew):
        """Whether somebody of the crew is there for the work, as far as the machine's time allows it at all."""
        seconds = min(seconds, spans.length(spans.between(self.machines[machine].up, start, end)))
        if not seconds:
            return True
        place = self._place(machine, start, seconds, crew)
        return place is not None and place[1] <= end

    def _place(self, key, ready, seconds, crew):
        machine = self.machines[key]
        place = _first_fit(lambda moment: spans.since(machine.up, moment), machine.busy, ready, seconds)
        if place is None or crew is None or not self.staffed:
            return place
        return _first_fit(
            lambda moment: spans.common(spans.since(machine.up, moment), self._spare(crew, moment)),
            machine.busy,
            place[0],  # people make nothing begin earlier
            seconds,
        )

    def _stages(self, key, ready, seconds):
        """When the job would end if only the calendar counted; the other jobs and blockings too; equipment too."""
        machine = self.machines[key]
        for work, busy in ((machine.work, ()), (machine.unblocked, machine.busy), (machine.up, machine.busy)):
            yield _first_fit(lambda moment, work=work: spans.since(work, moment), busy, ready, seconds)

    def _explain(self, key, ready, seconds, end):
        ends = [place[1] for place in self._stages(key, ready, seconds)] + [end]
        return {
            kind: later - earlier
            for kind, earlier, later in zip(WAITS, ends, ends[1:], strict=False)
            if later > earlier
        }

    def _explain_none(self, key, seconds, crew, ready):
        stages = list(self._stages(key, ready, seconds))
        if not stages[0]:
            return "calendar"
        return next((kind for kind, place in zip(WAITS, stages[1:], strict=False) if not place), "people")

    # Operators

    def _free(self, member, moment):
        """When one of a crew is present, qualified and not at a machine yet, as a stream; strangers never are."""
        qualified = member if isinstance(member, Qualified) else Qualified(member)
        free = self.persons[qualified.key].free if qualified.key in self.persons else ()
        return spans.between(free, max(moment, qualified.start), qualified.end)

    def _spare(self, crew, moment):
        """When at least one of the crew is free, as a stream."""
        return spans.merged(merge(*(self._free(member, moment) for member in crew)))

    def _staff(self, crew, pieces):
        """Give each piece of work somebody of the crew while somebody is free."""
        persons = {member: self.persons.get(getattr(member, "key", member)) for member in sorted(crew)}
        persons = {member: person for member, person in persons.items() if person}
        for start, end in pieces:
            while start < end:
                found = min(
                    (
                        (max(start, begin), person.versatility, -until, number, person)
                        for number, (member, person) in enumerate(persons.items())
                        for begin, until in [next(self._free(member, start), (end, end))]
                        if begin < end
                    ),
                    default=None,
                )
                if not found:
                    break
                begin, _versatility, until, _number, person = found
                start = min(end, -until)
                spans.remove(person.free, begin, start)


def displace(floor, jobs, feeds=None):
    """Where jobs go when something was put before them: each keeps its place or moves to the right.

    :param floor: with what goes first on it, without these jobs; they are put on it
    :param jobs: placed jobs, in any order
    :param feeds: ``{order: order that waits for its product}``
    :return: ``{job key: new end}`` of those that end later; None where there is no time left
    """
    feeds, moved, delays = feeds or {}, {}, defaultdict(list)
    placed = [job for job in jobs if job.end is not None]  # what had no time before can't slip
    for job in sorted(placed, key=lambda job: (job.start, job.end, str(job.key))):
        ready = max([job.start, *(later for before, later in delays[job.order] if before <= job.start)])
        stays = ready == job.start and spans.is_free(floor.machines[job.machine].busy, job.start, job.end)
        if stays and job.crew:
            stays = floor.has_crew(job.machine, job.start, job.end, job.seconds, job.crew)
        if stays:
            floor.book(job.machine, job.start, job.end, job.crew)
            continue
        slot = floor.earliest([(job.machine, job.seconds, job.crew)], ready)
        end = math.inf  # what waits for a job that finds no time finds none either
        if isinstance(slot, Slot):
            floor.take(slot)
            end = slot.end
        if end > job.end:
            moved[job.key] = end if end < math.inf else None
            order, passed = job.order, set()
            while order is not None and order not in passed:
                delays[order].append((job.end, end))
                passed.add(order)
                order = feeds.get(order)
    return moved


def _order_of_load(job):
    """Fixed places, what is running, what is overdue, planned places, the rest."""
    return (not job.fixed, not job.overdue, job.end is None, job.start, str(job.key))


def _first_fit(available, busy, ready, seconds):
    """The first place for so much work: ``(start, end)``, or None.

    :param available: gives the spans of possible work from a moment on
    :param busy: spans that must not lie within
    """
    for opens, closes in spans.gaps(busy, ready):
        if closes - opens < seconds:
            continue
        start, left = None, seconds
        for begin, end in available(opens):
            if begin >= closes:
                break
            start = begin if start is None else start
            stop = min(end, closes)
            if stop - begin >= left:
                return start, begin + left
            left -= stop - begin
            if end > closes:
                break
        else:
            return None
    return None
