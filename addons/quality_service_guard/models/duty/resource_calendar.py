from bisect import bisect_left, bisect_right
from datetime import timedelta

import pytz
from odoo import models
from odoo.fields import Domain

HORIZON = timedelta(days=120)
LONGEST_SEARCH = timedelta(days=1000)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _guard_deadlines(self, items, company):
        """When so many hours of working time will have passed, for many items with the same few queries.

        Holidays count as in the company's own calendar: those of other companies are left out.

        :param items: ``[(start, hours)]``, start as naive UTC datetime; negative hours look back
        :param company: whose general holidays count
        :return: naive UTC datetimes in the order of the items; None where there is no calendar or where it
            holds no working time to reckon with
        """
        if not items or not self:
            return [None] * len(items)
        self.ensure_one()
        first = min(start for start, _hours in items)
        last = max(start for start, _hours in items)
        if any(hours < 0 for _start, hours in items):
            first -= HORIZON
        horizon = HORIZON
        while True:
            clock = _Clock(self._guard_intervals(first, last + horizon, company))
            deadlines = [clock.after(start, hours) for start, hours in items]
            if None not in deadlines or horizon >= LONGEST_SEARCH:
                return deadlines
            horizon *= 3

    def _guard_working_hours(self, spans, company):
        """Hours of working time in each span.

        :param spans: ``[(start, stop)]`` as naive UTC datetimes
        :return: floats, None where there is no calendar
        """
        if not spans or not self:
            return [None] * len(spans)
        self.ensure_one()
        first = min(start for start, _stop in spans)
        last = max(stop for _start, stop in spans)
        between = self._guard_clock(first, last, company)
        return [between(start, stop) for start, stop in spans]

    def _guard_clock(self, first, last, company):
        """Hours of working time between any two moments of a period, read once.

        :return: a function of two naive UTC datetimes; None where there is no calendar
        """
        return _Clock(self._guard_intervals(first, max(first, last), company)).between if self else None

    def _guard_intervals(self, start, stop, company):
        """Working intervals as naive UTC pairs, in order."""
        holidays = Domain("time_type", "=", "leave") & Domain("company_id", "in", [False, company.id])
        found = self.sudo()._work_intervals_batch(
            pytz.utc.localize(start), pytz.utc.localize(stop), domain=list(holidays)
        )[False]
        return [
            (begin.astimezone(pytz.utc).replace(tzinfo=None), end.astimezone(pytz.utc).replace(tzinfo=None))
            for begin, end, _meta in found
        ]


class _Clock:
    """Working time laid end to end: hours worked before each interval, to look up instead of to walk."""

    def __init__(self, intervals):
        self.intervals = intervals
        self.ends = [end for _begin, end in intervals]
        self.worked = [0.0]
        for begin, end in intervals:
            self.worked.append(self.worked[-1] + _hours(begin, end))

    def worked_until(self, moment):
        """Hours worked from the first interval up to a moment."""
        index = bisect_right(self.ends, moment)
        if index == len(self.intervals):
            return self.worked[-1]
        return self.worked[index] + max(0.0, _hours(self.intervals[index][0], moment))

    def after(self, start, hours):
        """The moment when so many hours have been worked since the start; None outside the known time."""
        target = self.worked_until(start) + hours
        index = bisect_left(self.worked, target - 1e-9, lo=1) - 1
        if bisect_right(self.ends, start) == len(self.ends) or index >= len(self.intervals):
            return None
        if hours >= 0:
            index = max(index, bisect_right(self.ends, start))
        if target < 0:
            return None
        return self.intervals[index][0] + timedelta(hours=target - self.worked[index])

    def between(self, start, stop):
        """Hours worked between two moments."""
        return self.worked_until(stop) - self.worked_until(start)


def _hours(begin, end):
    return (end - begin).total_seconds() / 3600
