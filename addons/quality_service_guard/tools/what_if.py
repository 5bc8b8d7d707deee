"""What is tried on an order without anything being changed (clause 2.1.2). Nothing here knows Odoo."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from . import spans

BREAK = 4 * 3600  # seconds; a machine that works again sooner than this has not ended its day
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9000, 1, 1)  # who types 9999-12-31 means for ever; no clock goes so far


@dataclass(frozen=True)
class Overtime:
    """Longer days of a machine and of those who work at it.

    :param seconds: so much longer is each day
    :param start, end: days that end after the one and not after the other
    :param people: keys of those who stay where they are there when the day ends; None for everybody
    """

    seconds: int
    start: float = float("-inf")
    end: float = float("inf")
    people: frozenset = None


@dataclass
class Variant:
    """One set of changes to try.

    :param promised: another moment by which the customer is to have the order
    :param quantities: ``{need key: other quantity}``
    :param instead: ``{machine key: the one that does its work for this order}``
    :param overtime: ``{machine key: Overtime}``
    :param first: whether what can wait has to
    """

    promised: int = None
    quantities: dict = field(default_factory=dict)
    instead: dict = field(default_factory=dict)
    overtime: dict = field(default_factory=dict)
    first: bool = False

    def change_floor(self, floor):
        """Let the days of machines be longer, in place; before anything is loaded on them."""
        stays = defaultdict(list)
        for key, overtime in self.overtime.items():
            machine = floor.machines[key]
            more = [
                (end, end + overtime.seconds)
                for end in _ends_of_days(machine.work)
                if overtime.start < end <= overtime.end
            ]
            floor.machines[key] = replace(machine, work=spans.union([*machine.work, *more]))
            for person in floor.persons.values():
                if overtime.people is None or person.key in overtime.people:
                    # there by the usual day: overtime at one machine makes nobody stay for that at the next
                    stays[person.key] += [span for span in more if not spans.is_free(person.free, span[0] - 1, span[0])]
        for key, more in stays.items():
            floor.persons[key].free = spans.union([*floor.persons[key].free, *more])

    def change_needs(self, needs, lags=None):
        """The same needs with other quantities, and all of them for the other date.

        :param lags: ``{need key: seconds}`` that it has to be ready before the customer has it
        """
        lags = lags or {}
        return [
            replace(
                need,
                quantity=self.quantities.get(need.key, need.quantity),
                promised=need.promised if self.promised is None else self.promised - lags.get(need.key, 0),
            )
            for need in needs
        ]

    def change_sources(self, sources):
        """The same recipes with the work of one machine done by another, in the same time."""
        if not self.instead:
            return sources
        return {
            product: replace(source, operations=tuple(self._change_operation(operation) for operation in source.operations))
            for product, source in sources.items()
        }

    def machines(self, sources):
        """Keys of the machines that may do what the sources need."""
        return {option.machine for option in self._options(sources)}

    def crews(self, sources, jobs):
        """Who may do what there is to do at each machine: ``{machine key: keys of persons}``.

        :param jobs: ``tools.capacity.Job`` that it has to do already
        """
        found = defaultdict(set)
        for work in (*self._options(sources), *jobs):
            found[work.machine].update(getattr(member, "key", member) for member in work.crew or ())
        return found

    def _options(self, sources):
        return [
            option
            for source in self.change_sources(sources).values()
            for operation in source.operations
            for option in operation.options
        ]

    def _change_operation(self, operation):
        """The first option of each machine counts: the other one may have been an alternative already."""
        options = {}
        for option in operation.options:
            machine = self.instead.get(option.machine, option.machine)
            options.setdefault(machine, replace(option, machine=machine))
        return replace(operation, options=tuple(options.values()))


def period(first, last, zone):
    """From the beginning of the first to the end of the last day, in seconds, as clocks of a time zone show them.

    :param first, last: dates; without one the period has no bound there
    :param zone: as ``pytz.timezone`` gives it
    """

    def midnight(day, days=0):
        day = max(FIRST_DAY, min(day, LAST_DAY)) + timedelta(days=days)
        return int(zone.localize(datetime.combine(day, time.min)).timestamp())

    return midnight(first) if first else float("-inf"), midnight(last, 1) if last else float("inf")


def _ends_of_days(work):
    """Moments when the work of a day is over."""
    following = pairwise([*work, (float("inf"), None)])  # after the last one nothing is known
    return [end for (_start, end), (start, _end) in following if start - end > BREAK]
