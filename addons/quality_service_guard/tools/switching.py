"""How severely the next lot is inspected, from how the lots before it fared (ISO 2859-1, 9; clause 2.2.3).

One history for one product, supplier and class of characteristics, oldest first. The whole history is followed each
time it is asked about: the answer cannot drift from the lots that it rests on. Nothing here knows Odoo.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from .sampling import read

NORMAL, TIGHTENED, REDUCED, DISCONTINUED = "normal", "tightened", "reduced", "discontinued"
NOTICES = ("approved", "irregular", "ordered", "resumed")


@dataclass(frozen=True)
class Rules:
    """Figures of the rules.

    :param rejected_lots, rejected_within: so many of so many or fewer lots in a row refused: tightened (9.3.1)
    :param accepted_lots: so many in a row accepted when tightened: normal (9.3.2)
    :param discontinued_at: so many refused in all while tightened: discontinued (9.4)
    :param score_needed: with such a score, reduced is possible (9.3.3.1)
    :param score_tighter: for a lot that would be accepted one AQL step tighter as well, where Ac is 2 or more (9.3.3.2)
    :param score_accepted: for an accepted lot where Ac is 0 or 1 (9.3.3.2)
    :param reduced: whether there is reduced inspection, and so a score, at all
    """

    rejected_lots: int
    rejected_within: int
    accepted_lots: int
    discontinued_at: int
    score_needed: int
    score_tighter: int
    score_accepted: int
    reduced: bool


@dataclass(frozen=True)
class Lot:
    """How a lot fared.

    :param key: what names it in the explanation
    :param acceptance: Ac of its plan; only the score asks
    :param tighter: whether it would have been accepted one AQL step tighter; only the score asks, where Ac is 2 or more
    :param resubmitted: whether it had been refused before; such a lot counts for nothing (9.3)
    :param severity: by which it was inspected, where that is known: one begun before a switch doesn't count after it
    """

    key: object
    accepted: bool
    acceptance: int = None
    tighter: bool = None
    resubmitted: bool = False
    severity: str = None

    @classmethod
    def judged(cls, key, plan, nonconforming, resubmitted=False):
        """A lot by its ``sampling.Plan`` and how many nonconforming were found in the sample.

        :param nonconforming: number found; None, not measured, is no number
        """
        if nonconforming is None:
            raise ValueError(f"{key}: not inspected is not accepted")
        if nonconforming < 0:
            raise ValueError(f"{key}: fewer than none were found")
        return cls(
            key,
            nonconforming <= plan.acceptance,
            plan.acceptance,
            None if plan.tighter is None else nonconforming <= plan.tighter,
            resubmitted,
            plan.severity,
        )


@dataclass(frozen=True)
class Notice:
    """What those responsible say between two lots.

    :param kind: approved (production is steady and reduced inspection is wanted) / irregular (production is not steady,
        or has stopped) / ordered (back to normal from reduced for another reason) / resumed (what had led to
        discontinuation has been acted upon and that has been verified)
    """

    kind: str

    def __post_init__(self):
        if self.kind not in NOTICES:
            raise ValueError(f"no notice: {self.kind!r}")


@dataclass(frozen=True)
class Switch:
    """From one severity to the next.

    :param reason: rejected / accepted / discontinued / score / rejected_reduced / irregular / ordered / resumed
    :param lots: keys of the lots that caused it, oldest first; none where a notice alone did
    """

    before: str
    after: str
    reason: str
    lots: tuple = ()


@dataclass
class Standing:
    """Where a history has led to.

    :param severity: for the next lot; discontinued means that none may be accepted by sampling
    :param score: switching score; None where no score is kept, which is not nought
    :param approved: whether reduced inspection has been approved since normal began
    :param switches: all of them, oldest first
    :param rejected: keys of refused lots that count towards the next severer step
    :param accepted: keys of the last lots in a row that were accepted, since the last switch
    :param scored: keys of the lots that the score comes from
    :param ignored: keys of lots that counted for nothing: resubmitted, begun before a switch, or while discontinued
    """

    rules: Rules
    severity: str = NORMAL
    score: int = None
    approved: bool = False
    switches: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    accepted: list = field(default_factory=list)
    scored: list = field(default_factory=list)
    ignored: list = field(default_factory=list)
    since: list = field(default_factory=list)

    def __post_init__(self):
        self._begin(self.severity)

    def take(self, event):
        """Go on by one lot or notice."""
        if isinstance(event, Notice):
            self._take_notice(event.kind)
        elif event.resubmitted or self.severity == DISCONTINUED or event.severity not in (None, self.severity):
            self.ignored.append(event.key)
        else:
            self.since.append(event)
            self.accepted = [*self.accepted, event.key] if event.accepted else []
            take = {NORMAL: self._take_normal, TIGHTENED: self._take_tightened, REDUCED: self._take_reduced}
            take[self.severity](event)

    def _take_normal(self, lot):
        self._add_score(lot)
        window = self.since[-self.rules.rejected_within :]
        self.rejected = [other.key for other in window if not other.accepted]
        if len(self.rejected) >= self.rules.rejected_lots:
            self._switch(TIGHTENED, "rejected", self.rejected)
        else:
            self._reduce_if_due()

    def _take_tightened(self, lot):
        if not lot.accepted:
            self.rejected.append(lot.key)
        if len(self.rejected) >= self.rules.discontinued_at:
            self._switch(DISCONTINUED, "discontinued", self.rejected)
        elif len(self.accepted) >= self.rules.accepted_lots:
            self._switch(NORMAL, "accepted", self.accepted)

    def _take_reduced(self, lot):
        if not lot.accepted:
            self._switch(NORMAL, "rejected_reduced", [lot.key])

    def _take_notice(self, kind):
        if kind == "approved" and self.severity == NORMAL:
            self.approved = self.rules.reduced
            self._reduce_if_due()
        elif kind in ("irregular", "ordered"):
            self.approved = False
            if self.severity == REDUCED:
                self._switch(NORMAL, kind)
        elif kind == "resumed" and self.severity == DISCONTINUED:
            self._switch(TIGHTENED, kind)

    def _add_score(self, lot):
        """Raise the score or set it to nought (9.3.3.2)."""
        if not self.rules.reduced:
            return
        if lot.acceptance is None or lot.acceptance >= 2 and lot.tighter is None:
            raise ValueError(f"{lot.key}: the score asks for Ac, and for the step tighter where it is 2 or more")
        few = lot.acceptance < 2
        if lot.accepted and (few or lot.tighter):
            self.score += self.rules.score_accepted if few else self.rules.score_tighter
            self.scored.append(lot.key)
        else:
            self.score, self.scored = 0, []

    def _reduce_if_due(self):
        if self.approved and self.score >= self.rules.score_needed:
            self._switch(REDUCED, "score", self.scored)

    def _switch(self, after, reason, lots=()):
        self.switches.append(Switch(self.severity, after, reason, tuple(lots)))
        self._begin(after)

    def _begin(self, severity):
        """Every severity begins anew: what was counted under another one counts no more."""
        self.severity = severity
        self.score = 0 if severity == NORMAL and self.rules.reduced else None
        self.approved = False
        self.rejected, self.accepted, self.scored, self.since = [], [], [], []


def follow(history, rules=None):
    """Where a history leads to.

    :param history: ``Lot`` and ``Notice``, oldest first; inspection begins with normal (9.1)
    :param rules: ``Rules``; as they are in force without
    :rtype: Standing

    >>> found = follow([Lot("A", True), Lot("B", False), Lot("C", True), Lot("D", False)])
    >>> found.severity, found.switches[-1].lots
    ('tightened', ('B', 'D'))
    """
    standing = Standing(rules or standard_rules())
    for event in history:
        standing.take(event)
    return standing


@lru_cache
def standard_rules(unchecked=False):
    """The rules of the standard, as their file holds them.

    :param unchecked: whether figures may be used that nobody has compared with the standard
    """
    _in_force, (_names, *rows) = read("iso2859_1_switching.txt")
    in_force = all(word == "yes" for _name, _figure, word in rows)
    return Rules(**{name: int(figure) for name, figure, _word in rows}, reduced=in_force or unchecked)
