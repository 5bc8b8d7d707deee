"""What a sampling plan lets through: its operating characteristic (ISO 2859-1, 12; clause 2.2.3). Nothing here knows Odoo."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

CONSUMER_RISK = 0.10  # chance at which the consumer's risk quality is told (ISO 2859-1, 12)
NEGLIGIBLE = 1e-9  # chance of acceptance beyond which no worse quality is looked at
STEPS = 200  # halvings; more than a float has digits


@dataclass(frozen=True)
class Curve:
    """Chance that a lot is accepted, by its quality.

    Quality is the percentage nonconforming, or nonconformities per 100 units.

    :param size: units inspected
    :param acceptance: so many nonconforming at most (Ac)
    :param lot_size: of the one lot that is asked about (hypergeometric); None for lots out of a steady process, which is
        what the tables of the standard reckon with (binomial)
    :param per_hundred: whether nonconformities are counted, of which a unit may have several (Poisson)
    """

    size: int
    acceptance: int
    lot_size: int = None
    per_hundred: bool = False

    def accept(self, quality):
        """Chance that a lot of this quality is accepted, 0 to 1; of one lot, with the nearest whole number of units.

        >>> round(Curve(80, 5).accept(2.5), 3)
        0.985
        """
        if not 0 <= quality <= (math.inf if self.per_hundred else 100):
            raise ValueError(f"no quality: {quality!r}")
        if self.per_hundred:
            return poisson(self.size * quality / 100, self.acceptance)
        if self.lot_size is None:
            return binomial(self.size, quality / 100, self.acceptance)
        return hypergeometric(self.lot_size, int(quality * self.lot_size / 100 + 0.5), self.size, self.acceptance)

    def quality(self, chance):
        """The quality at which a lot is accepted with this chance; of one lot, the first at which it is not more likely.

        :return: None where even the worst lot is accepted more often
        """
        if not 0 < chance < 1:
            raise ValueError(f"no chance: {chance!r}")
        if self.lot_size is not None and not self.per_hundred:
            return self._quality_of_lot(chance)
        good, bad = 0.0, 100.0
        while self.accept(bad) > chance:
            if not self.per_hundred:
                return None
            good, bad = bad, bad * 2
        for _step in range(STEPS):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if self.accept(middle) > chance else (good, middle)
        return bad

    def consumer_risk_quality(self):
        """Quality that is still accepted once in ten times (ISO 2859-1, Tables 6-A to 7-C); None where none is so bad.

        >>> round(Curve(80, 5).consumer_risk_quality(), 1)
        11.3
        """
        return self.quality(CONSUMER_RISK)

    def producer_risk(self, aql):
        """Chance that a lot exactly as good as the AQL is refused (ISO 2859-1, Tables 5-A to 5-C).

        >>> round(Curve(80, 5).producer_risk(2.5), 3)
        0.015
        """
        return 1 - self.accept(aql)

    def outgoing_limit(self):
        """Average outgoing quality limit, AOQL: the worst average that gets out, whatever comes in (Tables 8-A, 8-B).

        It holds where refused lots are sorted and what is found nonconforming is replaced. Of lots from a steady
        process; where a lot size is given, its inspected share lets nothing out.

        >>> round(Curve(80, 5).outgoing_limit(), 1)
        4.0
        """
        share = 1 if self.lot_size is None else 1 - self.size / self.lot_size
        process = replace(self, lot_size=None)

        def outgoing(quality):
            return quality * process.accept(quality)

        # one hill: both factors' logarithms are concave, so thirds can be cut away
        low, high = 0.0, process.quality(NEGLIGIBLE) or 100.0
        for _step in range(STEPS):
            left, right = low + (high - low) / 3, high - (high - low) / 3
            low, high = (left, high) if outgoing(left) < outgoing(right) else (low, right)
        return share * outgoing(high)

    def points(self, count=50):
        """``[(quality, chance)]`` to draw the curve with, from nought to where next to nothing is accepted."""
        end = self.quality(0.001) or 100.0
        return [(end * step / count, self.accept(end * step / count)) for step in range(count + 1)]

    def _quality_of_lot(self, chance):
        """Bisect over whole units."""
        good, bad = -1, self.lot_size
        if self._accept_units(bad) > chance:
            return None
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if self._accept_units(middle) > chance else (good, middle)
        return 100 * bad / self.lot_size

    def _accept_units(self, nonconforming):
        return hypergeometric(self.lot_size, nonconforming, self.size, self.acceptance)


def curve(plan, of_lot=False):
    """The curve of a ``sampling.Plan``.

    :param of_lot: of this very lot, not of lots like it; nonconformities are counted as from a process all the same
    """
    counted = plan.counts_nonconformities
    return Curve(plan.size, plan.acceptance, plan.lot_size if of_lot else None, counted)


def binomial(size, share, acceptance):
    """Chance of so many nonconforming at most in a sample from a process of which this share is nonconforming."""
    if acceptance >= size or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    term = math.exp(size * math.log1p(-share))
    terms = [term]
    for found in range(acceptance):
        term *= (size - found) / (found + 1) * share / (1 - share)
        terms.append(term)
    return min(1.0, math.fsum(terms))


def poisson(mean, acceptance):
    """Chance of so many nonconformities at most where there are so many on average."""
    term = math.exp(-mean)
    terms = [term]
    for found in range(acceptance):
        term *= mean / (found + 1)
        terms.append(term)
    return min(1.0, math.fsum(terms))


def hypergeometric(lot_size, nonconforming, size, acceptance):
    """Chance of so many nonconforming at most in a sample from a lot that has so many.

    Reckoned in whole numbers, of any length, and divided once: nothing can underflow or cancel.
    """
    least = max(0, size + nonconforming - lot_size)  # so many are found even with the best of luck
    most = min(acceptance, nonconforming, size)
    if most < least:
        return 0.0
    ways = math.comb(nonconforming, least) * math.comb(lot_size - nonconforming, size - least)
    total = ways
    for found in range(least, most):
        ways = ways * (nonconforming - found) * (size - found)
        ways //= (found + 1) * (lot_size - nonconforming - size + found + 1)
        total += ways
    return total / _samples(lot_size, size)


@lru_cache(maxsize=64)
def _samples(lot_size, size):
    """How many samples there are; the same for every point of a curve."""
    return math.comb(lot_size, size)
