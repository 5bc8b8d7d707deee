from datetime import datetime

from odoo.fields import Command
from odoo.tests import TransactionCase


class TestDutyDeadlines(TransactionCase):
    """Golden figures: Monday to Friday 08-12 and 13-17, UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Day shift",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": f"{day} {start}", "dayofweek": str(day), "hour_from": start, "hour_to": stop, "day_period": period}
                    )
                    for day in range(5)
                    for start, stop, period in ((8, 12, "morning"), (13, 17, "afternoon"))
                ],
            }
        )

    def _deadline(self, start, hours):
        return self.calendar._guard_deadlines([(start, hours)], self.company)[0]

    def test_deadline_goes_over_the_weekend(self):
        self.assertEqual(self._deadline(datetime(2026, 3, 6, 16, 30), 8), datetime(2026, 3, 9, 16, 30))

    def test_deadline_from_saturday_ends_with_the_interval(self):
        self.assertEqual(self._deadline(datetime(2026, 3, 7, 10), 4), datetime(2026, 3, 9, 12))

    def test_deadline_from_closing_time_begins_next_morning(self):
        self.assertEqual(self._deadline(datetime(2026, 3, 6, 17), 0.5), datetime(2026, 3, 9, 8, 30))

    def test_holiday_of_another_company_moves_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        for company, expected in ((other, 9), (self.company, 10)):
            holiday = self.env["resource.calendar.leaves"].with_company(company).create(
                {
                    "name": "Holiday",
                    "calendar_id": False,
                    "date_from": datetime(2026, 3, 9),
                    "date_to": datetime(2026, 3, 9, 23, 59),
                }
            )
            self.assertEqual(holiday.company_id, company)
            self.assertEqual(self._deadline(datetime(2026, 3, 6, 17), 0.5), datetime(2026, 3, expected, 8, 30))

    def test_no_calendar_is_no_deadline(self):
        empty = self.env["resource.calendar"]
        self.assertEqual(empty._guard_deadlines([(datetime(2026, 3, 6), 8)], self.company), [None])

    def test_calendar_without_working_time_is_no_deadline(self):
        self.calendar.attendance_ids.unlink()
        self.assertIsNone(self._deadline(datetime(2026, 3, 6), 8))

    def test_worked_hours_of_a_span(self):
        spans = [(datetime(2026, 3, 6, 16), datetime(2026, 3, 9, 9)), (datetime(2026, 3, 7), datetime(2026, 3, 8))]
        self.assertEqual(self.calendar._guard_working_hours(spans, self.company), [2.0, 0.0])

    def test_many_deadlines_cost_as_few_queries_as_one(self):
        start = datetime(2026, 3, 6, 16, 30)
        self._deadline(start, 8)
        counts = []
        for number in (1, 100):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.calendar._guard_deadlines([(start, 8)] * number, self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
