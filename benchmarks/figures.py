"""Figures, their targets and their table: plain Python."""

from dataclasses import dataclass
from statistics import median

NO_PEER = "–"


@dataclass(frozen=True)
class Sample:
    """What one run of one job cost."""

    seconds: float
    queries: int

    def __add__(self, other):
        return Sample(self.seconds + other.seconds, self.queries + other.queries)


@dataclass(frozen=True)
class Ratio:
    """At most so many times the reference."""

    limit: float

    def holds(self, ours, reference):
        return ours <= self.limit * reference

    def __str__(self):
        return f"≤ {self.limit:.2f} ×"


@dataclass(frozen=True)
class Extra:
    """At most so much more than the reference."""

    limit: float

    def holds(self, ours, reference):
        return ours <= reference + self.limit

    def __str__(self):
        return f"≤ +{self.limit:g}"


@dataclass(frozen=True)
class AtMost:
    """At most so much, whatever the reference costs."""

    limit: float

    def holds(self, ours, reference):
        return ours <= self.limit

    def __str__(self):
        return f"≤ {self.limit:g}"


@dataclass(frozen=True)
class Told:
    """No target: told because the reader will ask."""

    def holds(self, ours, reference):
        return True

    def __str__(self):
        return NO_PEER


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    ours: str
    reference: str
    ratio: str
    target: str
    verdict: str

    def __iter__(self):
        return iter((self.name, self.ours, self.reference, self.ratio, self.target, self.verdict))


HEAD = Row("figure", "ours", "reference", "ratio", "target", "")


def rows(name, ours, reference, time, queries, per=1):
    """The two lines of a figure: its time and its queries.

    :param ours: samples of our side
    :param reference: samples of the other, in the same order of runs
    :param time: target of the time
    :param queries: target of the queries
    :param per: among how many the cost of a run is shared: sign-offs, say
    """
    yield _row(f"{name}: ms", [1000 * s.seconds / per for s in ours], [1000 * s.seconds / per for s in reference], time)
    yield _row(f"{name}: queries", [s.queries / per for s in ours], [s.queries / per for s in reference], queries)


def skipped(name, why):
    """A line that says why there is no figure."""
    return Row(name, NO_PEER, NO_PEER, NO_PEER, NO_PEER, f"skipped: {why}")


def _row(name, ours, reference, target):
    mine, other = median(ours), median(reference)
    ratio = f"{mine / other:.3f}" if other else NO_PEER
    verdict = NO_PEER if isinstance(target, Told) else "ok" if target.holds(mine, other) else "SHORT"
    return Row(name, _figure(ours), _figure(reference), ratio, str(target), verdict)


def _figure(values):
    middle = median(values)
    text = f"{middle:,.0f}" if middle >= 100 else f"{middle:.1f}"
    spread = (max(values) - min(values)) / middle if middle else 0
    return f"{text} (±{50 * spread:.0f} %)" if spread else text


def line(row):
    """A row for the terminal."""
    return f"{row.name:58} {row.ours:>18} {row.reference:>18} {row.ratio:>7} {row.target:>9}  {row.verdict}"


def table(found):
    """All rows as Markdown."""
    cells = [list(HEAD), ["---"] * 6, *(list(row) for row in found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
