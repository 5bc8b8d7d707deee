"""What of a product is free when: stock on hand and what comes and goes, each unit promised once (clause 2.1.2)."""

from bisect import insort

EPSILON = 1e-6  # far below any rounding of a unit of measure


class Stock:
    """One product in one warehouse.

    :param now: moment of the reckoning; what is overdue counts as of now
    :param on_hand: quantity that is there and usable
    :param moves: ``[(moment, quantity)]``, what comes above zero, what goes below
    """

    def __init__(self, now, on_hand=0.0, moves=()):
        self.now = now
        self.changes = sorted([(now, on_hand), *((max(now, moment), quantity) for moment, quantity in moves)])

    def copy(self):  # pylint: disable=method-required-super
        """The same, to try something on."""
        twin = object.__new__(Stock)
        twin.now, twin.changes = self.now, list(self.changes)
        return twin

    def free(self, moment):
        """What can be taken at a moment without anything being missing later; never below zero."""
        levels = self._levels()
        now = [level for when, level in levels if when <= moment][-1:]
        return max(0.0, min(now + [level for when, level in levels if when > moment], default=0.0))

    def when(self, quantity):
        """The first moment when so much can be taken; None where it never can."""
        found = None
        for moment, level in reversed(self._levels()):
            if level < quantity - EPSILON:
                break
            found = moment
        return found

    def take(self, quantity, moment):
        """Promise so much from a moment on."""
        if quantity > EPSILON:
            insort(self.changes, (moment, -quantity))

    def _levels(self):
        """Moments with what is there after everything that happens at them."""
        levels, level = {}, 0.0
        for moment, quantity in self.changes:
            level += quantity
            levels[moment] = level
        return list(levels.items())
