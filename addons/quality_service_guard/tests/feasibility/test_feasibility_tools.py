from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase

from ...tools import spans
from ...tools.capacity import Blocked, Floor, Job, Machine, Person, displace
from ...tools.feasibility import Component, Need, Operation, Option, Source, assess, quantiles
from ...tools.supply import Stock

HOUR = 3600
MON, TUE, WED, THU, FRI = range(5)


def at(day, hour=8.0):
    """A moment of the week of the examples, which begins on Monday at midnight."""
    return round((day * 24 + hour) * HOUR)


NOW = at(MON)
SHIFTS = [(at(day, 8), at(day, 16)) for day in range(MON, FRI + 1)]
NIGHTS = [(at(day, 22), at(day + 1, 6)) for day in range(MON, FRI + 1)]


def lathe(key="lathe", work=SHIFTS, **options):
    return Machine(key, list(work), **options)


def turning(hours, *machines, crew=None, after=(), key="turn"):
    """An operation that takes so many hours for one piece, without set-up."""
    options = tuple(Option(name, 0, hours * HOUR, 1.0, crew) for name in machines or ("lathe",))
    return Operation(key, options, after)


def made(*operations, components=(), **options):
    return Source("make", "bom", operations=operations, components=components, **options)


class FeasibilityCase(BaseCase):
    def assess(self, floor, sources, stocks=None, quantity=1, now=NOW):
        planner, answers = assess(now, floor, sources, stocks or {}, [Need("line", "shaft", quantity)])
        self.planner = planner
        return answers["line"]

    def assert_ready(self, answer, moment, binding):
        self.assertEqual((answer.ready, answer.binding), (moment, binding))


class TestFeasibilityWorkedByHand(FeasibilityCase):
    """The examples of docs/feasibility.md, under the same names."""

    def test_nothing_but_the_work(self):
        answer = self.assess(Floor([lathe()]), {"shaft": made(turning(0.5))}, quantity=4)
        self.assert_ready(answer, at(MON, 10), None)

    def test_the_machine_binds(self):
        floor = Floor([lathe()])
        floor.load([Job("job", "other", "lathe", at(MON, 8), at(MON, 12), 4 * HOUR)])
        answer = self.assess(floor, {"shaft": made(turning(1))}, quantity=6)
        self.assert_ready(answer, at(TUE, 10), "machine")
        self.assertEqual((answer.step.machine, answer.step.waits), ("lathe", {"machine": 20 * HOUR}))

    def test_the_material_binds(self):
        sources = {
            "shaft": made(turning(1), components=(Component("bar", 2.0),)),
            "bar": Source("buy", "vendor", lead=48 * HOUR),
        }
        answer = self.assess(Floor([lathe()]), sources, {"bar": Stock(NOW, 5)}, quantity=4)
        self.assert_ready(answer, at(WED, 12), "material")
        self.assertEqual((answer.step.product, answer.step.quantity, answer.step.taken), ("bar", 3, 5))

    def test_the_people_bind(self):
        floor = Floor([lathe()], [Person("Li", [(at(TUE, 8), at(TUE, 16))])])
        answer = self.assess(floor, {"shaft": made(turning(3, crew=frozenset({"Li"})))})
        self.assert_ready(answer, at(TUE, 11), "people")

    def test_the_equipment_binds(self):
        floor = Floor([lathe(down=[(at(MON, 0), at(TUE, 12))])])
        self.assert_ready(self.assess(floor, {"shaft": made(turning(3))}), at(TUE, 15), "equipment")

    def test_a_missing_calendar_is_said(self):
        self.assert_ready(self.assess(Floor([lathe(work=[])]), {"shaft": made(turning(3))}), None, "no_calendar")

    def test_a_bill_of_materials_that_contains_itself_is_refused(self):
        sources = {
            "shaft": made(turning(1), components=(Component("hub", 1.0),)),
            "hub": made(turning(1), components=(Component("shaft", 1.0),)),
        }
        answer = self.assess(Floor([lathe()]), sources)
        self.assert_ready(answer, None, "cycle")
        self.assertEqual(answer.step.path, ("shaft", "hub", "shaft"))

    def test_goods_without_a_vendor_get_no_date(self):
        answer = self.assess(Floor([]), {"shaft": Source("buy", missing="no_vendor")}, {"shaft": Stock(NOW, 2)}, 5)
        self.assert_ready(answer, None, "no_vendor")
        self.assertEqual((answer.step.taken, answer.step.quantity), (2, 3))

    def test_a_kit_is_there_with_its_last_component(self):
        sources = {"shaft": Source("kit", components=(Component("bar", 1.0), Component("box", 1.0)))}
        stocks = {"bar": Stock(NOW, 1), "box": Stock(NOW, 0, [(at(WED), 1)])}
        self.assert_ready(self.assess(Floor([]), sources, stocks), at(WED), "material")

    def test_a_subcontractor_begins_when_the_components_are_there(self):
        sources = {"shaft": Source("subcontract", lead=72 * HOUR, components=(Component("bar", 1.0),))}
        answer = self.assess(Floor([]), sources, {"bar": Stock(NOW, 0, [(at(TUE), 1)])})
        self.assert_ready(answer, at(FRI), "material")

    def test_what_is_on_stock_need_not_be_made(self):
        answer = self.assess(Floor([lathe()]), {"shaft": made(turning(0.5))}, {"shaft": Stock(NOW, 4)}, 10)
        self.assert_ready(answer, at(MON, 11), None)
        self.assertEqual((answer.last.taken, answer.last.quantity), (4, 6))

    def test_what_comes_earlier_than_it_can_be_made_is_waited_for(self):
        stocks = {"shaft": Stock(NOW, 0, [(at(MON, 9), 10)])}
        answer = self.assess(Floor([lathe()]), {"shaft": made(turning(0.5))}, stocks, 10)
        self.assert_ready(answer, at(MON, 9), "material")
        self.assertFalse(self.planner.slots)

    def test_a_slower_machine_that_is_free_comes_before_a_faster_one_that_is_not(self):
        fast, slow = Option("fast", 0, 2 * HOUR), Option("slow", 0, 3 * HOUR)
        floor = Floor([lathe("fast"), lathe("slow")])
        floor.book("fast", at(MON, 8), at(MON, 16))
        answer = self.assess(floor, {"shaft": made(Operation("turn", (fast, slow)))})
        self.assert_ready(answer, at(MON, 11), None)
        self.assertEqual(answer.last.before.machine, "slow")

    def test_a_night_shift_goes_on_after_midnight(self):
        answer = self.assess(Floor([lathe(work=NIGHTS)]), {"shaft": made(turning(10))})
        self.assert_ready(answer, at(WED, 0), None)

    def test_the_night_that_is_an_hour_short_has_an_hour_less_work(self):
        berlin = ZoneInfo("Europe/Berlin")

        def moment(day, hour, minute=0):
            return int(datetime(2027, 3, day, hour, minute, tzinfo=berlin).timestamp())

        nights = [(moment(27, 22), moment(28, 6)), (moment(28, 22), moment(29, 6))]
        self.assertEqual(spans.length(nights[:1]), timedelta(hours=7).total_seconds())
        answer = self.assess(Floor([lathe(work=nights)]), {"shaft": made(turning(7.5))}, now=moment(27, 20))
        self.assert_ready(answer, moment(28, 22, 30), None)

    def test_a_job_that_gives_way_moves_to_the_right(self):
        floor = Floor([lathe()])
        floor.book("lathe", at(MON, 8), at(MON, 13))
        jobs = [
            Job("first", "A", "lathe", at(MON, 8), at(MON, 12), 4 * HOUR),
            Job("second", "B", "lathe", at(TUE, 8), at(TUE, 12), 4 * HOUR),
        ]
        self.assertEqual(displace(floor, jobs), {"first": at(TUE, 9), "second": at(TUE, 13)})

    def test_an_order_that_waits_for_the_product_of_a_moved_one_moves_with_it(self):
        jobs = [
            Job("part", "A", "lathe", at(MON, 8), at(MON, 12), 4 * HOUR),
            Job("whole", "B", "bench", at(MON, 12), at(MON, 14), 2 * HOUR),
        ]
        for feeds, moved in ((None, {"part": at(MON, 14)}), ({"A": "B"}, {"part": at(MON, 14), "whole": at(MON, 16)})):
            floor = Floor([lathe(), lathe("bench")])
            floor.book("lathe", at(MON, 8), at(MON, 10))
            self.assertEqual(displace(floor, jobs, feeds), moved)


class TestFeasibilityTools(FeasibilityCase):
    def test_spans_that_touch_are_one_and_empty_ones_none(self):
        self.assertEqual(spans.union([(5, 9), (0, 5), (7, 8), (9, 9)]), [(0, 9)])
        taken = [(0, 2), (4, 6)]
        spans.add(taken, 2, 4)
        self.assertEqual(taken, [(0, 6)])
        spans.remove(taken, 1, 5)
        self.assertEqual(taken, [(0, 1), (5, 6)])

    def test_a_repair_whose_end_nobody_knows_leaves_no_slot(self):
        floor = Floor([lathe(down=[(at(MON, 12), float("inf"))])])
        self.assert_ready(self.assess(floor, {"shaft": made(turning(5))}), None, "no_equipment")

    def test_the_end_of_the_horizon_gives_no_date(self):
        floor = Floor([lathe()])
        self.assert_ready(self.assess(floor, {"shaft": made(turning(40))}), at(FRI, 16), None)
        self.assert_ready(self.assess(floor, {"shaft": made(turning(40.5))}), None, "no_calendar")

    def test_a_crew_of_nobody_or_of_strangers_cannot_work(self):
        for crew in (frozenset(), frozenset({"nobody knows"})):
            self.assert_ready(self.assess(Floor([lathe()]), {"shaft": made(turning(1, crew=crew))}), None, "no_people")

    def test_an_operation_without_a_machine_gets_no_date(self):
        self.assertEqual(Floor([]).earliest([], NOW), Blocked(None, "machine"))

    def test_an_operator_hands_over_to_another(self):
        people = [Person("Li", [(at(MON, 8), at(MON, 10))]), Person("Wu", [(at(MON, 10), at(MON, 16))])]
        source = {"shaft": made(turning(4, crew=frozenset({"Li", "Wu"})))}
        self.assert_ready(self.assess(Floor([lathe()], people), source), at(MON, 12), None)
        self.assertEqual(
            [person.free for person in self.planner.floor.persons.values()], [[], [(at(MON, 12), at(MON, 16))]]
        )

    def test_a_copy_of_a_floor_without_people_asks_for_nobody_either(self):
        twin = Floor([lathe()], []).copy(without="people").copy()
        self.assertEqual(twin.earliest([("lathe", HOUR, frozenset({"Li"}))], NOW).end, at(MON, 9))

    def test_no_work_takes_no_time(self):
        self.assertEqual(Floor([lathe()]).earliest([("lathe", 0, None)], at(MON, 17)).end, at(TUE, 8))

    def test_stock_taken_before_components_are_made_is_not_promised_again(self):
        """The trial of a component swaps the stocks; what the subcontracted product took must survive it."""
        sources = {
            "shaft": Source("subcontract", lead=HOUR, components=(Component("bar", 1.0),)),
            "bar": made(turning(1)),
        }
        stocks = {"shaft": Stock(NOW, 2), "bar": Stock(NOW, 0, [(at(FRI), 1)])}
        planner, answers = assess(
            NOW, Floor([lathe()]), sources, stocks, [Need("one", "shaft", 3), Need("two", "shaft", 2)]
        )
        self.assertEqual(
            sum(step.taken for answer in answers.values() for step in answer.steps if step.product == "shaft"), 2
        )

    def test_what_is_tried_in_vain_takes_nothing(self):
        sources = {
            "shaft": Source("subcontract", lead=72 * HOUR, components=(Component("bar", 1.0),)),
            "bar": Source("buy", missing="no_vendor"),
        }
        stocks = {"shaft": Stock(NOW, 0, [(at(TUE), 1)]), "bar": Stock(NOW, 1)}
        self.assert_ready(self.assess(Floor([]), sources, stocks), at(TUE), "material")
        self.assertEqual(self.planner.stocks["bar"].free(NOW), 1)

    def test_what_comes_only_from_stock_gets_no_date_out_of_nothing(self):
        self.assert_ready(self.assess(Floor([]), {"shaft": Source("stock")}), None, "no_source")

    def test_stock_that_others_need_later_is_not_free(self):
        stock = Stock(NOW, 10, [(at(TUE), -8), (at(WED), 5), (at(MON, 0), -1)])
        self.assertEqual((stock.free(NOW), stock.when(1), stock.when(2), stock.when(7)), (1, NOW, at(WED), None))

    def test_an_operation_listed_before_the_one_it_waits_for_still_waits(self):
        source = made(turning(1, key="late", after=("early",)), turning(2, "bench", key="early"))
        floor = Floor([lathe(), lathe("bench")])
        self.assert_ready(self.assess(floor, {"shaft": source}), at(MON, 11), None)

    def test_operations_that_wait_for_each_other_do_not_hang(self):
        source = made(turning(1, key="one", after=("two",)), turning(1, key="two", after=("one",)))
        self.assert_ready(self.assess(Floor([lathe()]), {"shaft": source}), at(MON, 10), None)

    def test_a_component_of_an_operation_that_is_left_out_is_waited_for(self):
        source = made(turning(1), components=(Component("bar", 1.0, "not in this variant"),))
        answer = self.assess(Floor([lathe()]), {"shaft": source}, {"bar": Stock(NOW, 0, [(at(TUE), 1)])})
        self.assert_ready(answer, at(TUE, 9), "material")

    def test_whole_cycles_and_whole_packs_are_counted(self):
        self.assertEqual(Option("lathe", 100, 10, 3.0).seconds(7), 130)
        self.assertEqual(Option("lathe", 0, 1, 0.1).seconds(0.3), 3)
        self.assertAlmostEqual(Component("bar", 0.1, rounding=0.5).needed(7), 1.0)

    def test_jobs_without_a_place_fill_what_is_free(self):
        floor = Floor([lathe()])
        jobs = [
            Job("open", "A", "lathe", at(MON, 8), None, 6 * HOUR),
            Job("placed", "B", "lathe", at(MON, 10), at(MON, 12), 2 * HOUR),
            Job("endless", "C", "lathe", at(TUE, 8), None, 100 * HOUR),
        ]
        self.assertEqual([job.end for job in floor.load(jobs)], [at(MON, 16), at(MON, 12), None])

    def test_what_is_running_or_overdue_goes_first_and_the_plan_moves_to_the_right(self):
        jobs = [
            Job("planned", "A", "lathe", at(MON, 8), at(MON, 10), 2 * HOUR),
            Job("later", "B", "lathe", at(MON, 10), at(MON, 12), 2 * HOUR),
            Job("open", "C", "lathe", at(MON, 8), None, HOUR),
            Job("overdue", "D", "lathe", at(MON, 8), None, 2 * HOUR, overdue=True),
            Job("running", "E", "lathe", at(MON, 8), None, HOUR, fixed=True),
            Job("promised", "F", "lathe", at(MON, 11), at(MON, 13), 2 * HOUR, fixed=True),
        ]
        self.assertEqual(
            {job.key: (job.start, job.end) for job in Floor([lathe()]).load(jobs)},
            {
                "running": (at(MON, 8), at(MON, 9)),
                "overdue": (at(MON, 9), at(MON, 11)),
                "promised": (at(MON, 11), at(MON, 13)),
                "planned": (at(MON, 13), at(MON, 15)),
                "later": (at(MON, 15), at(TUE, 9)),
                "open": (at(TUE, 9), at(TUE, 10)),
            },
        )

    def test_what_waits_for_a_job_without_a_place_has_none_and_circles_end(self):
        floor = Floor([lathe(), lathe("bench")])
        floor.book("lathe", at(MON, 8), at(FRI, 16))
        jobs = [
            Job("part", "A", "lathe", at(MON, 8), at(MON, 12), 4 * HOUR),
            Job("whole", "B", "bench", at(MON, 12), at(MON, 14), 2 * HOUR),
            Job("never", "C", "lathe", at(MON, 8), None, HOUR),
        ]
        self.assertEqual(displace(floor, jobs, {"A": "B", "B": "A"}), {"part": None, "whole": None})

    def test_quantiles_need_a_basis(self):
        self.assertIsNone(quantiles([1.0] * 7))
        self.assertEqual(quantiles(list(range(11))), (5, 9))
