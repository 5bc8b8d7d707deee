"""Acceptance sampling of a lot: which plan applies and which units are drawn (clause 2.2.3). Nothing here knows Odoo.

Single sampling by attributes after ISO 2859-1, which GB/T 2828.1 is the same as. The tables lie in ``data/inspection``
as they are printed, arrows and all, so that they can be held beside the standard.
"""

import hashlib
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "inspection"
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
SEVERITIES = ("normal", "tightened", "reduced")
DOWN, UP = "↓", "↑"
SMALLEST_LOT = 2  # of one unit there is nothing to choose


class SamplingError(ValueError):
    """A question that the tables have no answer to.

    :param reason: lot_size / level / aql / severity / not_in_force / seed / sample_size
    :param value: what was asked for
    """

    def __init__(self, reason, value):
        super().__init__(f"{reason}: {value!r}")
        self.reason, self.value = reason, value


@dataclass(frozen=True)
class Plan:
    """What is inspected of a lot, and by what it is judged (ISO 2859-1, 10 and 11).

    :param letter: code letter that lot size and level ask for
    :param used: code letter of the plan, another one where an arrow was followed
    :param table_size: sample size of that plan in the table
    :param size: units to inspect; the whole lot where the table asks for as many or more
    :param acceptance: with so many nonconforming at most the lot is accepted (Ac)
    :param rejection: with so many or more it is not (Re)
    :param tighter: Ac for the same sample one AQL step tighter, which the switching score asks for; None where the
        table has an arrow there or no such step
    """

    lot_size: int
    level: str
    aql: float
    severity: str
    letter: str
    used: str
    table_size: int
    size: int
    acceptance: int
    rejection: int
    tighter: int = None

    @property
    def is_full(self):
        """Whether every unit is inspected."""
        return self.size == self.lot_size

    @property
    def counts_nonconformities(self):
        """Whether nonconformities per 100 units are counted: only these can be above 10 (ISO 2859-1, 5)."""
        return self.aql > 10


@dataclass(frozen=True)
class Table:
    """A master table: ``cells`` hold (Ac, Re) or an arrow by letter and AQL.

    :param in_force: whether it may be used without an administrator having turned it on
    """

    sizes: dict
    aqls: tuple
    cells: dict
    in_force: bool

    def resolve(self, letter, aql):
        """Follow the arrows: the letter whose plan applies, and its Ac and Re (ISO 2859-1, 10.3)."""
        letters = list(self.sizes)
        place = letters.index(letter)
        while (cell := self.cells[letters[place], aql]) in (DOWN, UP):
            place += 1 if cell == DOWN else -1
        return letters[place], *cell


def plan(lot_size, level, aql, severity="normal", unchecked=False):
    """The single sampling plan for a lot (ISO 2859-1, Tables 1 and 2-A to 2-C).

    :param lot_size: whole number of units, at least 2
    :param level: one of ``LEVELS``
    :param aql: one of the 26 AQLs of the tables, 0.010 to 1000; as number or text
    :param severity: one of ``SEVERITIES``
    :param unchecked: whether a table may be used that nobody has compared with the standard
    :raises SamplingError: where the tables have no answer

    >>> found = plan(150, "II", 1.5)  # F has an arrow down to G
    >>> found.letter, found.used, found.size, found.acceptance, found.rejection
    ('F', 'G', 32, 1, 2)
    """
    letter = code_letter(lot_size, level)
    if severity not in SEVERITIES:
        raise SamplingError("severity", severity)
    found = table(severity)
    if not (found.in_force or unchecked):
        raise SamplingError("not_in_force", severity)
    aql = _aql(found, aql)
    used, acceptance, rejection = found.resolve(letter, aql)
    size = found.sizes[used]
    return Plan(
        lot_size=int(lot_size),
        level=level,
        aql=aql,
        severity=severity,
        letter=letter,
        used=used,
        table_size=size,
        size=min(size, int(lot_size)),
        acceptance=acceptance,
        rejection=rejection,
        tighter=_tighter(found, used, aql),
    )


def code_letter(lot_size, level):
    """The sample size code letter (ISO 2859-1, Table 1).

    >>> code_letter(1000, "II")
    'J'
    """
    if level not in LEVELS:
        raise SamplingError("level", level)
    starts, letters = _code_letters()
    return letters[bisect_right(starts, _whole(lot_size, SMALLEST_LOT, "lot_size")) - 1][LEVELS.index(level)]


def draw(seed, lot_size, size):
    """Units of a lot to inspect, as numbers from 1 to the lot's size, in order (ISO 2859-1, 8: at random).

    The same seed draws the same units on every machine and with every version of Python, so that the sample can be
    proved afterwards. A larger sample from the same seed holds the smaller one: what is drawn instead of a unit that
    cannot be found is decided beforehand too.

    :param seed: text or number, kept with the inspection

    >>> draw("QI/0031", 1000, 5)
    [293, 414, 482, 624, 945]
    """
    return sorted(draw_in_order(seed, lot_size, size))


def draw_in_order(seed, lot_size, size):
    """The units of ``draw`` as they were drawn: the first so many of them are the sample of that size."""
    if seed in (None, ""):
        raise SamplingError("seed", seed)
    lot_size = _whole(lot_size, 1, "lot_size")
    size = _whole(size, 0, "sample_size")
    if size > lot_size:
        raise SamplingError("sample_size", size)
    numbers, moved, drawn = _numbers(seed), {}, []
    for first in range(1, size + 1):  # a shuffle that stops when it has enough and remembers only what it has moved
        place = first + _below(numbers, lot_size - first + 1)
        drawn.append(moved.get(place, place))
        moved[place] = moved.get(first, first)
    return drawn


@lru_cache
def table(severity):
    """The master table of a severity, as its file holds it."""
    in_force, (names, *rows) = read(f"iso2859_1_{severity}.txt")
    aqls = tuple(map(float, names[2:]))
    sizes = {letter: int(size) for letter, size, *_cells in rows}
    cells = {(row[0], aql): _cell(text) for row in rows for aql, text in zip(aqls, row[2:], strict=True)}
    return Table(sizes, aqls, cells, in_force)


def read(name):
    """A file of ``data/inspection``: whether its head says that it is in force, and its lines as lists of words."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    return "# In force: yes" in head, [line.split() for line in lines if line and not line.startswith("#")]


def _cell(text):
    return tuple(map(int, text.split("/"))) if "/" in text else text


@lru_cache
def _code_letters():
    """Where each range of lot sizes begins, and its letters in the order of ``LEVELS``."""
    _in_force, (_names, *rows) = read("iso2859_1_code_letters.txt")
    return [int(row[0]) for row in rows], [row[2:] for row in rows]


def _aql(found, value):
    """The AQL of the table that is meant; what a database has made of 0.015 is still 0.015."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    near = [aql for aql in found.aqls if math.isclose(aql, number, rel_tol=1e-6)]
    if isinstance(value, bool) or not near:
        raise SamplingError("aql", value)
    return near[0]


def _tighter(found, used, aql):
    """Ac in the column before, where the same sample has a plan there."""
    column = found.aqls.index(aql)
    cell = found.cells[used, found.aqls[column - 1]] if column else None
    return cell[0] if isinstance(cell, tuple) else None


def _whole(value, least, reason):
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        raise SamplingError(reason, value) from None
    if isinstance(value, (bool, str)) or whole != value or whole < least:
        raise SamplingError(reason, value)
    return whole


def _numbers(seed):
    """Endless numbers of 64 bits; a hash, since the generators of the library may change from version to version."""
    for block in count():
        digest = hashlib.sha256(f"{seed}:{block}".encode()).digest()
        for start in range(0, len(digest), 8):
            yield int.from_bytes(digest[start : start + 8], "big")


def _below(numbers, bound):
    """A number from 0 to below a bound, each as likely as the other."""
    fair = 2**64 - 2**64 % bound  # the rest would favour small numbers
    return next(number for number in numbers if number < fair) % bound
