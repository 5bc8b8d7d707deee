from datetime import date, datetime
from unittest.mock import patch

import pytz
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, new_test_user, tagged

from ...models.feasibility.guard_capacity import GuardCapacity
from ...models.feasibility.guard_sourcing import GuardSourcing
from ...tools.capacity import Floor, Job, Machine, Person, Qualified
from ...tools.feasibility import Need, Operation, Option, Source
from ...tools.what_if import Overtime, Variant, period
from .common import FeasibilityCommon
from .test_feasibility_tools import HOUR, MON, NIGHTS, SHIFTS, THU, TUE, WED, at, lathe, made, turning


class TestVariant(BaseCase):
    """What is changed to try it, without a database."""

    def _lengthen(self, overtime, machine=None, persons=()):
        floor = Floor([machine or lathe()], persons)
        Variant(overtime={"lathe": overtime}).change_floor(floor)
        return floor

    def test_overtime_makes_each_day_of_a_machine_longer(self):
        floor = self._lengthen(Overtime(2 * HOUR))
        self.assertEqual(floor.machines["lathe"].work, [(start, end + 2 * HOUR) for start, end in SHIFTS])
        self.assertEqual(floor.machines["lathe"].up, floor.machines["lathe"].work)

    def test_overtime_holds_within_its_period_only(self):
        floor = self._lengthen(Overtime(2 * HOUR, at(TUE, 0), at(THU, 0)))
        ends = [end for _start, end in floor.machines["lathe"].work]
        self.assertEqual(ends, [at(MON, 16), at(TUE, 18), at(WED, 18), at(THU, 16), at(4, 16)])

    def test_a_break_does_not_end_the_day_and_nights_end_in_the_morning(self):
        day = [(at(MON, 8), at(MON, 12)), (at(MON, 13), at(MON, 17))]
        floor = self._lengthen(Overtime(HOUR), lathe(work=day))
        self.assertEqual(floor.machines["lathe"].work, [day[0], (at(MON, 13), at(MON, 18))])
        floor = self._lengthen(Overtime(HOUR), lathe(work=NIGHTS))
        self.assertEqual(floor.machines["lathe"].work[0], (at(MON, 22), at(TUE, 7)))

    def test_overtime_that_reaches_the_next_day_is_one_with_it(self):
        floor = self._lengthen(Overtime(24 * HOUR))
        self.assertEqual(floor.machines["lathe"].work, [(at(MON, 8), at(5, 16))])

    def test_a_machine_that_never_works_has_no_days_to_be_longer(self):
        self.assertEqual(self._lengthen(Overtime(HOUR), lathe(work=[])).machines["lathe"].work, [])

    def test_a_machine_that_is_down_stays_down_in_its_overtime(self):
        floor = self._lengthen(Overtime(2 * HOUR), lathe(down=[(at(MON, 17), at(MON, 24))]))
        self.assertEqual(floor.machines["lathe"].up[0], (at(MON, 8), at(MON, 17)))

    def test_those_who_work_there_stay_where_they_are_there(self):
        here, away, other = (Person(key, list(SHIFTS)) for key in ("here", "away", "other"))
        away.free.pop(0)
        self._lengthen(Overtime(2 * HOUR, people=frozenset(("here", "away"))), persons=[here, away, other])
        self.assertEqual(here.free[0], (at(MON, 8), at(MON, 18)))
        self.assertEqual(away.free[0], (at(TUE, 8), at(TUE, 18)))
        self.assertEqual(other.free, SHIFTS)

    def test_overtime_at_two_machines_keeps_nobody_twice(self):
        """Whoever leaves at 16 stays until 18, though the mill works until 18 and then two hours more."""
        late = [(start, end + 2 * HOUR) for start, end in SHIFTS]
        for order in (("lathe", "mill"), ("mill", "lathe")):
            floor = Floor([lathe(), Machine("mill", late)], [Person("turner", list(SHIFTS))])
            Variant(overtime={key: Overtime(2 * HOUR) for key in order}).change_floor(floor)
            self.assertEqual(floor.persons["turner"].free, late)

    def test_machines_that_may_do_the_work_and_who_may_do_it(self):
        sources = {"shaft": made(turning(1, "lathe", "saw", crew=frozenset({"Li"}))), "bar": Source("buy")}
        jobs = [
            Job("job", None, "mill", 0, None, HOUR, frozenset({Qualified("Wu", 0, HOUR)})),
            Job("other", None, "saw", 0, None, HOUR),
        ]
        variant = Variant(instead={"lathe": "mill"})
        self.assertEqual(Variant().machines(sources), {"lathe", "saw"})
        self.assertEqual(variant.machines(sources), {"mill", "saw"})
        self.assertEqual(variant.crews(sources, jobs), {"mill": {"Li", "Wu"}, "saw": {"Li"}})

    def _period(self, first, last, zone):
        begin, end = period(first, last, pytz.timezone(zone))
        return datetime.fromtimestamp(begin, pytz.utc), datetime.fromtimestamp(end, pytz.utc)

    def test_days_are_those_of_the_clocks_of_a_zone(self):
        for zone, begin, end in (
            ("UTC", datetime(2026, 3, 3), datetime(2026, 3, 5)),
            ("Asia/Shanghai", datetime(2026, 3, 2, 16), datetime(2026, 3, 4, 16)),
            ("America/Los_Angeles", datetime(2026, 3, 3, 8), datetime(2026, 3, 5, 8)),
        ):
            found = self._period(date(2026, 3, 3), date(2026, 3, 4), zone)
            self.assertEqual(found, (pytz.utc.localize(begin), pytz.utc.localize(end)), zone)

    def test_the_day_of_another_clock_has_an_hour_less_or_more(self):
        spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
        for day, hours in ((spring, 23), (autumn, 25), (date(2026, 3, 9), 24)):
            begin, end = period(day, day, pytz.timezone("America/Los_Angeles"))
            self.assertEqual(end - begin, hours * HOUR, day)

    def test_for_ever_has_no_bound(self):
        self.assertEqual(period(None, None, pytz.utc), (float("-inf"), float("inf")))
        begin, end = period(date.min, date.max, pytz.timezone("Asia/Shanghai"))
        self.assertLess(begin, at(MON))
        self.assertGreater(end, 10**11)

    def test_other_machines_are_left_alone_and_so_is_the_floor_it_was_copied_from(self):
        floor = Floor([lathe(), Machine("mill", list(SHIFTS))], [Person("turner", list(SHIFTS))])
        twin = floor.copy()
        Variant(overtime={"lathe": Overtime(HOUR)}).change_floor(twin)
        self.assertEqual(twin.machines["mill"].work, SHIFTS)
        self.assertEqual(floor.machines["lathe"].work, SHIFTS)
        self.assertEqual(floor.persons["turner"].free, SHIFTS)

    def test_quantities_and_the_date_are_those_of_the_variant(self):
        needs = [Need("one", "shaft", 4, at(MON)), Need("two", "gear", 5)]
        changed = Variant(promised=at(WED), quantities={"one": 7}).change_needs(needs, {"two": HOUR})
        self.assertEqual(changed, [Need("one", "shaft", 7, at(WED)), Need("two", "gear", 5, at(WED) - HOUR)])
        self.assertEqual(Variant().change_needs(needs), needs)

    def test_another_machine_does_the_work_in_the_same_time(self):
        sources = {"shaft": made(turning(1, "lathe", "saw")), "bar": Source("buy")}
        changed = Variant(instead={"lathe": "mill"}).change_sources(sources)
        self.assertEqual(changed, {"shaft": made(turning(1, "mill", "saw")), "bar": Source("buy")})
        self.assertEqual(sources["shaft"], made(turning(1, "lathe", "saw")))

    def test_an_alternative_is_not_listed_twice(self):
        slow = Operation("turn", (Option("lathe", 0, HOUR), Option("mill", 0, 3 * HOUR)))
        changed = Variant(instead={"lathe": "mill"}).change_sources({"shaft": made(slow)})
        self.assertEqual(changed["shaft"].operations[0].options, (Option("mill", 0, HOUR),))


@tagged("post_install", "-at_install")
class TestWhatIf(FeasibilityCommon):
    """Two variants of an order, worked by hand: the lathe makes one piece an hour, eight a day."""

    @classmethod
    def _open(cls, order, user=None):
        review = cls._make_review(order)
        action = review.with_user(user or cls.production).action_what_if()
        return cls.env[action["res_model"]].with_user(user or cls.production).browse(action["res_id"])

    @classmethod
    def _make_pinion(cls):
        """An hour at the lathe, then half an hour at the mill, for each."""
        pinion = cls._make_product("Pinion")
        cls._make_bom(pinion, [(cls.steel, 1)], [(cls.lathe, 60), (cls.mill, 30)])
        return pinion

    def assert_earliest(self, wizard, a, b):
        self.assertEqual((wizard.earliest_a, wizard.earliest_b), (a, b))

    def test_both_begin_as_the_order_is(self):
        wizard = self._open(self._make_gear_order(4))
        self.assert_earliest(wizard, datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 12))
        self.assertEqual((wizard.verdict_a, wizard.verdict_b), ("kept", "kept"))
        self.assertEqual(wizard.line_ids.answer_a, wizard.review_id.feasibility_line_ids.sentence)
        self.assertEqual(wizard.line_ids.answer_a, wizard.line_ids.answer_b)
        self.assertEqual(wizard.others_a, "Nobody")

    def test_another_date(self):
        production = self._make_production(16)
        wizard = self._open(self._make_gear_order(4))
        wizard.promised_b = datetime(2026, 3, 3, 16)
        self.assertEqual((wizard.verdict_a, wizard.verdict_b), ("kept", "displaces"))
        self.assertIn("Can be kept by 2026-03-04", wizard.line_ids.answer_a)
        self.assertIn("4.0 working hours late; in time only before other orders.", wizard.line_ids.answer_b)
        self.assertEqual((wizard.others_a, wizard.others_b), ("Nobody", f"{production.name} slips 4.0 h"))

    def test_another_quantity(self):
        wizard = self._open(self._make_gear_order(4))
        wizard.line_ids.quantity_b = 12
        self.assert_earliest(wizard, datetime(2026, 3, 2, 12), datetime(2026, 3, 3, 12))
        wizard.line_ids.quantity_a = 0
        self.assertEqual((wizard.verdict_a, wizard.verdict_b), ("none", "kept"))

    def test_another_quantity_in_the_unit_of_the_order(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._make_gear_order(1)
        order.order_line.product_uom_id = dozen
        wizard = self._open(order)
        wizard.line_ids.quantity_b = 0.5
        self.assert_earliest(wizard, datetime(2026, 3, 3, 12), datetime(2026, 3, 2, 14))

    def test_another_work_center(self):
        self._make_production(16)
        wizard = self._open(self._make_gear_order(4))
        wizard.write({"instead_of_b": str(self.lathe.id), "instead_b": str(self.mill.id)})
        self.assert_earliest(wizard, datetime(2026, 3, 4, 12), datetime(2026, 3, 2, 12))

    def test_overtime(self):
        wizard = self._open(self._make_gear_order(20))
        overtime = {"overtime_at_a": str(self.lathe.id), "overtime_hours_a": 2}
        wizard.write(overtime)
        self.assert_earliest(wizard, datetime(2026, 3, 3, 18), datetime(2026, 3, 4, 12))
        wizard.write({"overtime_from_a": "2026-03-03", "overtime_to_a": "2026-03-03"})
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 4, 10))

    def test_overtime_brings_forward_what_the_machine_has_to_do_already(self):
        self._make_production(16, product=self.gear)  # 10 hours on Monday, 6 on Tuesday
        wizard = self._open(self._make_gear_order(16))
        wizard.write({"overtime_at_b": str(self.lathe.id), "overtime_hours_b": 2})
        self.assert_earliest(wizard, datetime(2026, 3, 3, 16), datetime(2026, 3, 3, 14))

    def test_operators_stay_for_the_overtime(self):
        self.lathe.guard_operator_ids = self._make_operator("Turner")
        wizard = self._open(self._make_gear_order(20))
        wizard.write({"overtime_at_b": str(self.lathe.id), "overtime_hours_b": 2})
        self.assert_earliest(wizard, datetime(2026, 3, 4, 12), datetime(2026, 3, 3, 18))

    def test_overtime_at_all_work_centers_that_the_order_needs(self):
        """The example of docs/feasibility.md."""
        wizard = self._open(self._make_gear_order(12, product=self._make_pinion()))
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 4, 10))
        wizard.write({"overtime_hours_a": 1, "overtime_at_a": str(self.lathe.id), "overtime_hours_b": 1})
        self.assert_earliest(wizard, datetime(2026, 3, 4, 9), datetime(2026, 3, 3, 17))
        wizard.overtime_at_a = str(self.mill.id)
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 4, 9))

    def test_overtime_at_all_reaches_what_does_the_work_instead_and_no_other(self):
        saw = self.lathe.copy({"name": "Saw"})
        wizard = self._open(self._make_gear_order(9))
        wizard.write({"overtime_hours_a": 1, "instead_of_b": str(self.lathe.id), "instead_b": str(self.mill.id), "overtime_hours_b": 1})
        with patch.object(Variant, "change_floor", autospec=True, side_effect=Variant.change_floor) as change:
            self.assert_earliest(wizard, datetime(2026, 3, 2, 17), datetime(2026, 3, 2, 17))
        longer = [set(call.args[0].overtime) for call in change.call_args_list]
        self.assertEqual(longer, [set(self.lathe.ids), set(self.mill.ids)])
        self.assertNotIn(saw.id, set.union(*longer))

    def test_operators_do_their_work_elsewhere_and_stay_there(self):
        self.lathe.guard_operator_ids = self._make_operator("Turner")
        wizard = self._open(self._make_gear_order(9))
        wizard.write(
            {"overtime_hours_a": 1, "overtime_at_a": str(self.mill.id)}
            | {"instead_of_a": str(self.lathe.id), "instead_a": str(self.mill.id)}
        )
        self.assert_earliest(wizard, datetime(2026, 3, 2, 17), datetime(2026, 3, 3, 9))

    def _put_in_zone(self, centre, zone, hours=(9, 17)):
        """A work centre that works every day by the clocks of another zone."""
        centre.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": zone,
                "tz": zone,
                "company_id": self.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": hours[0], "hour_to": hours[1], "day_period": "morning"}
                    )
                    for day in range(7)
                ],
            }
        )

    def test_a_work_center_works_by_the_clocks_of_its_calendar(self):
        """As Odoo plans there, though its resource keeps the zone that it was made in."""
        self._put_in_zone(self.lathe, "America/Los_Angeles")
        self.assertEqual(self.lathe.tz, "UTC")
        wizard = self._open(self._make_gear_order(4))
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 2, 21))  # 9 o'clock there is 17 UTC

    def test_overtime_is_on_the_days_of_the_work_center(self):
        """Its Tuesday ends at 01:00 UTC of Wednesday, where the company works; the mill's days are the company's."""
        self._put_in_zone(self.lathe, "America/Los_Angeles")
        wizard = self._open(self._make_gear_order(17))
        overtime = {"overtime_hours_a": 1, "overtime_from_a": "2026-03-03", "overtime_to_a": "2026-03-03"}
        wizard.write(overtime)  # 8 on Monday, 8 and 1 on Tuesday, until 18 o'clock there
        self.assert_earliest(wizard, datetime(2026, 3, 4, 2), datetime(2026, 3, 4, 18))
        wizard.write({"overtime_from_a": "2026-03-04", "overtime_to_a": "2026-03-04"})
        self.assertEqual(wizard.earliest_a, wizard.earliest_b)
        wizard.line_ids.write({"quantity_a": 9, "quantity_b": 9})
        wizard.write({"instead_of_a": str(self.lathe.id), "instead_a": str(self.mill.id)} | overtime)
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 3, 9))
        wizard.write({"overtime_from_a": "2026-03-02", "overtime_to_a": "2026-03-02"})
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 2, 17))

    def test_overtime_on_the_day_when_the_clocks_change(self):
        """On Sunday, 8 March, 17 o'clock is midnight UTC; the day before it was an hour later."""
        self._put_in_zone(self.lathe, "America/Los_Angeles")
        wizard = self._open(self._make_gear_order(6 * 8 + 9, promised=datetime(2026, 3, 20)))
        wizard.write({"overtime_hours_a": 1, "overtime_from_a": "2026-03-08", "overtime_to_a": "2026-03-08"})
        self.assert_earliest(wizard, datetime(2026, 3, 9, 1), datetime(2026, 3, 9, 17))
        wizard.write({"overtime_from_a": "2026-03-07", "overtime_to_a": "2026-03-07"})
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 9))

    def test_a_work_center_without_calendar_has_no_days_to_be_longer(self):
        self.lathe.resource_calendar_id = False
        wizard = self._open(self._make_gear_order(4))
        wizard.write({"overtime_hours_a": 1, "overtime_from_a": "2026-03-03"})
        self.assertEqual((wizard.verdict_a, wizard.verdict_b), ("unknown", "unknown"))

    def test_overtime_where_nobody_is_named_keeps_nobody_elsewhere_longer(self):
        miller = self._make_operator("Miller")
        self.mill.guard_operator_ids = miller
        part = self._make_product("Part")
        self._make_bom(part, [], [(self.mill, 60)])
        wizard = self._open(self._make_gear_order(9, product=part))
        wizard.write({"overtime_at_b": str(self.lathe.id), "overtime_hours_b": 2})
        self.assertEqual(wizard.earliest_b, wizard.earliest_a)

    def test_before_others(self):
        other = self._make_gear_order(16, promised=datetime(2026, 3, 3, 17), product=self.axle)
        production = self._make_production(16)
        production.reference_ids = self.env["stock.reference"].create(
            {"name": other.name, "sale_ids": [Command.link(other.id)]}
        )
        wizard = self._open(self._make_gear_order(4))
        wizard.first_b = True
        self.assert_earliest(wizard, datetime(2026, 3, 4, 12), datetime(2026, 3, 2, 12))
        self.assertEqual(wizard.others_a, "Nobody")
        self.assertEqual(wizard.others_b, f"{other.name} slips 4.0 h: its promise is broken")

    def test_changes_add_up_and_the_variants_do_not_touch_each_other(self):
        self._make_production(16)
        wizard = self._open(self._make_gear_order(4))
        before = wizard.answers["b"]
        wizard.write(
            {
                "instead_of_a": str(self.lathe.id),
                "instead_a": str(self.mill.id),
                "overtime_at_a": str(self.mill.id),
                "overtime_hours_a": 2,
                "line_ids": [Command.update(wizard.line_ids.id, {"quantity_a": 12})],
            }
        )
        self.assertEqual(wizard.earliest_a, datetime(2026, 3, 3, 10))
        self.assertEqual(wizard.answers["b"], before)

    def test_it_answers_while_one_types(self):
        wizard = self._open(self._make_gear_order(4))
        for user in (self.production, self.seller):
            wizard = wizard.review_id.with_user(user).action_what_if()
            wizard = self.env["guard.feasibility.what.if"].with_user(user).browse(wizard["res_id"])
            form = Form(wizard)
            form.promised_b = datetime(2026, 3, 2, 10)
            self.assertEqual((form.verdict_a, form.verdict_b), ("kept", "late"))
            form.overtime_hours_a = 1
            form.overtime_at_a = str(self.lathe.id)
            with form.line_ids.edit(0) as line:
                line.quantity_a = 9
            self.assertEqual(form.earliest_a, datetime(2026, 3, 2, 17))
            with form.line_ids.edit(0) as line:
                self.assertIn("Can be kept by 2026-03-02", line.answer_a)
                self.assertIn("working hours late", line.answer_b)

    def test_nothing_is_written(self):
        self._make_production(16)
        wizard = self._open(self._make_gear_order(4), self.seller)
        review = wizard.review_id.sudo()
        models = (
            "sale.order",
            "sale.order.line",
            "guard.order.review",
            "guard.order.review.line",
            "guard.feasibility",
            "guard.feasibility.line",
            "guard.capacity.reservation",
            "resource.calendar.leaves",
            "resource.calendar.attendance",
            "mrp.workcenter",
            "mrp.workorder",
            "mrp.routing.workcenter",
            "stock.move",
            "mail.message",
        )

        def state():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT " + ", ".join(f"(SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {self.env[m]._table} t)" for m in models)
            )
            return self.env.cr.fetchone()

        before = state()
        wizard.write(
            {
                "promised_a": datetime(2026, 3, 3, 16),
                "first_a": True,
                "instead_of_b": str(self.lathe.id),
                "instead_b": str(self.mill.id),
                "overtime_at_b": str(self.mill.id),
                "overtime_hours_b": 3,
                "line_ids": [Command.update(wizard.line_ids.id, {"quantity_b": 9})],
            }
        )
        self.assertEqual((wizard.verdict_a, wizard.earliest_b), ("kept", datetime(2026, 3, 2, 17)))
        self.assertEqual(state(), before)
        self.assertEqual(len(review.feasibility_ids), 1)

    def test_another_company_is_refused(self):
        stranger = self._make_foreigner("base.group_user,quality_service_guard.group_review_production")
        wizard = self._open(self._make_gear_order(4))
        with self.assertRaises(AccessError):
            wizard.review_id.with_user(stranger).with_context(allowed_company_ids=stranger.company_ids.ids).action_what_if()
        theirs = self.env["guard.feasibility.what.if"].with_user(stranger).with_context(allowed_company_ids=stranger.company_ids.ids)
        with self.assertRaises(AccessError):
            theirs.create({"review_id": wizard.review_id.id})
        with self.assertRaises(AccessError):
            theirs.new({"review_id": wizard.review_id.id}).verdict_a  # noqa: B018
        with self.assertRaises(AccessError):
            theirs.new({"review_id": {"id": wizard.review_id.id}}).verdict_a  # noqa: B018
        with self.assertRaises(AccessError):
            theirs.new({"review_id": wizard.review_id.id}).centres  # noqa: B018
        self.assertNotIn(str(self.lathe.id), dict(theirs._select_centres()))

    def test_work_centers_that_the_company_cannot_use_are_not_offered(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.lathe.copy({"name": "Their lathe"})
        theirs.resource_id.company_id = company
        of_all = self.lathe.copy({"name": "Lent lathe"})
        of_all.resource_id.company_id = False
        self.production.company_ids += company
        both = self.company.ids + company.ids
        wizard = self._open(self._make_gear_order(4)).with_context(allowed_company_ids=both)
        self.assertLessEqual({str(self.lathe.id), str(of_all.id)}, set(wizard.centres))
        self.assertNotIn(str(theirs.id), wizard.centres)
        for name in ("instead_of_a", "instead_b", "overtime_at_b"):
            with self.assertRaises(ValidationError) as refused:
                wizard.write({name: str(theirs.id)})
            self.assertIn("“Their lathe” does not work for", str(refused.exception))
        with self.assertRaises(ValidationError):
            wizard.create({"review_id": wizard.review_id.id, "overtime_at_a": str(theirs.id)})
        wizard.overtime_at_a = str(of_all.id)
        forged = wizard.new({"overtime_hours_b": 1, "overtime_at_b": str(theirs.id)}, origin=wizard)
        self.assertEqual(forged.answers["b"], wizard.answers["b"])

    def test_who_may_not_read_work_centers_is_offered_them(self):
        wizard = self._open(self._make_gear_order(4), self.seller)
        self.assertFalse(self.lathe.with_user(self.seller).has_access("read"))
        self.assertIn(str(self.lathe.id), wizard.centres)
        self.assertLessEqual(set(wizard.centres), set(dict(wizard._select_centres())))

    def test_another_salesperson_does_not_see_it(self):
        seller = new_test_user(self.env, "newcomer", "base.group_user,sales_team.group_sale_salesman")
        wizard = self._open(self._make_gear_order(4), self.seller)
        with self.assertRaises(AccessError):
            wizard.review_id.with_user(seller).action_what_if()
        with self.assertRaises(AccessError):
            wizard.with_user(seller).read(["verdict_a"])
        lines = self.env["guard.feasibility.what.if.line"].with_user(seller)
        with self.assertRaises(AccessError):
            lines.create({"what_if_id": wizard.id, "order_line_id": wizard.line_ids.order_line_id.id})

    def test_lines_of_another_order_are_refused(self):
        wizard = self._open(self._make_gear_order(4))
        other = self._make_gear_order(3)
        with self.assertRaises(ValidationError):
            wizard.line_ids = [Command.create({"order_line_id": other.order_line.id})]

    def test_a_forged_line_tells_nothing_of_the_order_that_it_names(self):
        foreign = self._make_gear_order(7, user_id=self.manager.id).order_line
        asked = {"product_id": {"fields": {"display_name": {}}}, "quantity": {}, "product_uom_id": {}, "order_line_id": {}}
        told = (
            self.env["guard.feasibility.what.if.line"]
            .with_user(self.seller)
            .onchange({"order_line_id": foreign.id}, ["order_line_id"], asked)["value"]
        )
        self.assertFalse(told.get("product_id"))
        self.assertFalse(told.get("quantity"))

    def test_one_reading_serves_both(self):
        wizard = self._open(self._make_gear_order(4))
        wizard.write({"overtime_at_b": str(self.lathe.id), "overtime_hours_b": 3})
        with (
            patch.object(GuardCapacity, "_read_floor", autospec=True, side_effect=GuardCapacity._read_floor) as floor,
            patch.object(GuardSourcing, "_read_stocks", autospec=True, side_effect=GuardSourcing._read_stocks) as stocks,
        ):
            wizard.invalidate_recordset()
            self.assertTrue(wizard.answers)
        self.assertEqual((floor.call_count, stocks.call_count), (1, 1))
