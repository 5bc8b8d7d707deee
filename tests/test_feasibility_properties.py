"""What must hold of the feasibility engine whatever the factory looks like; plain Python, no Odoo."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from plain_tools import tools

spans, capacity, supply, feasibility = map(tools, ("spans", "capacity", "supply", "feasibility"))
Floor, Job, Machine, Person = capacity.Floor, capacity.Job, capacity.Machine, capacity.Person
Component, Need, Operation = feasibility.Component, feasibility.Need, feasibility.Operation
Option, Source, assess = feasibility.Option, feasibility.Source, feasibility.assess

HORIZON = 36
NEVER = float("inf")
serious = settings(max_examples=300, deadline=None, derandomize=True, database=None)

moments = st.integers(0, HORIZON - 1)
pairs = st.tuples(moments, st.integers(1, 8)).map(lambda pair: (pair[0], min(HORIZON, pair[0] + pair[1])))


def times(most=4):
    return st.lists(pairs, max_size=most).map(spans.union)


@st.composite
def machines(draw, key):
    work = draw(st.one_of(st.just([(0, HORIZON)]), times(5)))
    return Machine(key, work, draw(times(1)), draw(times(1)))


@st.composite
def floors(draw, people=True):
    persons = [Person(key, draw(times(4))) for key in ("ann", "bob")] if people else []
    return Floor([draw(machines(key)) for key in ("m1", "m2")], persons)


def crews(people=True):
    some = st.sets(st.sampled_from(["ann", "bob"]), min_size=1).map(frozenset)
    return st.one_of(st.none(), some) if people else st.none()


@st.composite
def loads(draw, planned=True, unplanned=True, crew=None, most=6):
    """Jobs; those that have their place do not overlap and lie as long as their work."""
    found, taken = [], {"m1": [], "m2": []}
    for number in range(draw(st.integers(0, most))):
        machine = draw(st.sampled_from(["m1", "m2"]))
        start, end = draw(pairs)
        if planned and not (unplanned and draw(st.booleans())):
            if not spans.is_free(taken[machine], start, end):
                continue
            spans.add(taken[machine], start, end)
            found.append(Job(f"j{number}", f"o{number % 3}", machine, start, end, end - start, crew))
        else:
            late = draw(st.sampled_from([{}, {}, {"overdue": True}, {"fixed": True}]))
            found.append(Job(f"j{number}", f"o{number % 3}", machine, 0 if late else start, None, end - start, crew, **late))
    return found


def options(crew, most=6):
    return st.builds(Option, st.sampled_from(["m1", "m2"]), st.integers(0, 2), st.integers(1, most), crew=crew)


@st.composite
def chains(draw, crew, most=3):
    """A routing without alternatives: one operation after the other."""
    found = []
    for number in range(draw(st.integers(1, most))):
        found.append(Operation(number, (draw(options(crew)),), (number - 1,) if number else ()))
    return Source("make", operations=tuple(found))


def ready(floor, source, quantity=1, stocks=None, sources=None):
    _planner, answers = assess(0, floor, {"good": source, **(sources or {})}, stocks or {}, [Need(1, "good", quantity)])
    end = answers[1].ready
    return NEVER if end is None else end


# More never comes earlier


@serious
@given(floors(people=False), chains(st.none()), loads(), loads(), st.integers(1, 4), st.integers(0, 3))
def test_more_quantity_or_load_never_gives_an_earlier_date(floor, source, jobs, others, quantity, more):
    others = [replace(job, key=f"more {job.key}") for job in others]
    light, heavy = floor.copy(), floor.copy()
    light.load(jobs)
    heavy.load(jobs + others)
    first = ready(light, source, quantity)
    assert ready(light, source, quantity + more) >= first
    assert ready(heavy, source, quantity) >= first


@serious
@given(st.data())
def test_more_never_gives_an_earlier_date_with_operators_either(data):
    """One crew, and jobs that have their place.

    Where crews overlap in part, or jobs without a place move, load that holds up another job can set an operator
    free: an anomaly that every list scheduling has (Graham 1969), and true of the shop as well.
    """
    crew = frozenset({"ann", "bob"})
    floor, source = data.draw(floors()), data.draw(chains(st.just(crew)))
    jobs = data.draw(loads(unplanned=False, crew=crew))
    others = [replace(job, key=f"more {job.key}") for job in data.draw(loads(unplanned=False, crew=crew))]
    light, heavy = floor.copy(), floor.copy()
    light.load(jobs)
    heavy.load(jobs + others)
    first = ready(light, source, 2)
    assert ready(light, source, 3) >= first
    assert ready(heavy, source, 2) >= first


# Brute force: every state that can be reached, moment by moment


def brute_force(floor, operations):
    """The earliest end of a routing: the set of all states is carried from second to second.

    An operation is None (not begun) or the work left. It holds its machine, on which no other job may lie, until it
    is done; it can be worked on while the machine is up and one of its crew, at no other machine, is there.
    """
    choices = list(product(*(operation.options for operation in operations)))
    return min(_reach(floor, operations, chosen) for chosen in choices)


def _within(found, moment):
    return any(start <= moment < end for start, end in found)


def _reach(floor, operations, chosen):
    number = {operation.key: index for index, operation in enumerate(operations)}
    before = [[number[key] for key in operation.after] for operation in operations]
    states = {(None,) * len(operations)}
    for moment in range(HORIZON):
        reached = set()
        for state in states:
            for begun in product(*([False, True] if left is None else [False] for left in state)):
                now = tuple(
                    option.seconds(1) if new else left for new, left, option in zip(begun, state, chosen, strict=True)
                )
                running = [index for index, left in enumerate(now) if left]
                held = [chosen[index].machine for index in running]
                if len(set(held)) < len(held) or any(_within(floor.machines[key].busy, moment) for key in held):
                    continue
                if any(begun[index] and any(state[other] != 0 for other in before[index]) for index in range(len(now))):
                    continue
                for worked in _worked(floor, chosen, running, moment):
                    reached.add(tuple(left - 1 if index in worked else left for index, left in enumerate(now)))
        if any(not any(left is None or left for left in state) for state in reached):
            return moment + 1
        states = reached
    return NEVER


def _worked(floor, chosen, running, moment):
    """Every set of the running operations that can be worked on at once."""
    who = []
    for index in running:
        machine, crew = floor.machines[chosen[index].machine], chosen[index].crew
        up = _within(machine.work, moment) and not _within(machine.blocked + machine.down, moment)
        there = [None] if crew is None else [key for key in crew if _within(floor.persons[key].free, moment)]
        who.append(["idle", *(there if up else [])])
    for given_to in product(*who):
        persons = [key for key in given_to if key not in (None, "idle")]
        if len(set(persons)) == len(persons):
            yield {index for index, key in zip(running, given_to, strict=True) if key != "idle"}


@st.composite
def routings(draw, most):
    found = []
    for number in range(draw(st.integers(1, most))):
        after = tuple(key for key in range(number) if draw(st.booleans()))
        machines_of_it = draw(st.lists(options(crews(), 5), min_size=1, max_size=2))
        found.append(Operation(number, tuple(machines_of_it), after))
    return tuple(found)


@settings(serious, max_examples=150)
@given(floors(), routings(2), loads(unplanned=False))
def test_never_earlier_than_a_brute_force_scheduler_finds_possible(floor, operations, jobs):
    floor.load(jobs)
    found, possible = ready(floor, Source("make", operations=operations)), brute_force(floor, operations)
    assert found >= possible
    if len(operations) == 1:
        assert found == possible


@serious
@given(floors(), routings(1), loads(unplanned=False))
def test_one_operation_is_exactly_as_early_as_possible(floor, operations, jobs):
    floor.load(jobs)
    assert ready(floor, Source("make", operations=operations)) == brute_force(floor, operations)


# Material

quantities = st.integers(1, 6)
kinds = st.sampled_from(["make", "buy", "subcontract", "kit", "stock"])


@st.composite
def catalogues(draw):
    """Products p0 to p4, each made of later ones, with what is on stock and comes and goes."""
    sources, stocks = {}, {}
    for number in range(5):
        components = tuple(
            Component(f"p{other}", draw(st.integers(1, 2))) for other in range(number + 1, 5) if draw(st.booleans())
        )
        kind = draw(kinds)
        operations = ()
        if kind == "make":
            operations = (Operation("op", (draw(options(st.none(), 2)),)),)
        missing = draw(st.sampled_from([None, None, None, "no_vendor"]))
        sources[f"p{number}"] = Source(
            kind, lead=draw(st.integers(0, 9)), operations=operations, components=components, missing=missing
        )
        moves = draw(st.lists(st.tuples(st.integers(-3, HORIZON), st.integers(-4, 6)), max_size=4))
        stocks[f"p{number}"] = supply.Stock(0, draw(st.integers(0, 8)), moves)
    return sources, stocks


@st.composite
def orders(draw):
    return [
        Need(key, draw(st.sampled_from(["p0", "p1", "p2"])), draw(quantities), draw(st.one_of(st.none(), moments)))
        for key in range(draw(st.integers(1, 4)))
    ]


def _lowest(stock):
    return min(level for _moment, level in stock._levels())


def _roomy():
    return Floor([Machine("m1", [(0, 9), (12, 400)]), Machine("m2", [(3, 400)])])


@serious
@given(catalogues(), orders())
def test_material_is_never_promised_twice(catalogue, needs):
    sources, stocks = catalogue
    planner, answers = assess(0, _roomy(), sources, stocks, needs)
    for key, stock in stocks.items():
        taken = sum(step.taken for answer in answers.values() for step in answer.steps if step.product == key)
        left = planner.stocks.get(key, stock)
        gone = sum(quantity for _moment, quantity in stock.changes) - sum(
            quantity for _moment, quantity in left.changes
        )
        assert abs(taken - gone) < 1e-6, "what the steps say is what is gone"
        if taken:
            assert _lowest(left) >= min(0, _lowest(stock)) - 1e-6


@serious
@given(catalogues(), orders(), st.randoms(use_true_random=False), loads(most=8))
def test_the_order_in_which_things_are_given_decides_nothing(catalogue, needs, random, jobs):
    sources, stocks = catalogue
    found = []
    for _time in range(2):
        floor = _roomy()
        listed = list(floor.machines.items())
        random.shuffle(listed)
        floor.machines = dict(listed)
        random.shuffle(jobs)
        random.shuffle(needs)
        placed = floor.load(jobs)
        _planner, answers = assess(0, floor, sources, stocks, needs)
        found.append(
            (
                {job.key: job for job in placed},
                {key: (answer.ready, answer.binding) for key, answer in answers.items()},
            )
        )
    assert found[0] == found[1]


# Slots


@serious
@given(floors(), st.lists(routings(3), min_size=1, max_size=3), loads(unplanned=False, most=3))
def test_slots_hold_exactly_their_work_and_nothing_is_given_twice(floor, listed, jobs):
    floor.load(jobs)
    before = floor.copy()
    sources = {number: Source("make", operations=operations) for number, operations in enumerate(listed)}
    planner, _answers = assess(0, floor, sources, {}, [Need(key, key, 1) for key in sources])
    held = {key: list(machine.busy) for key, machine in before.machines.items()}
    free = {key: list(person.free) for key, person in before.persons.items()}
    worked = 0
    for operation, key, slot in planner.slots:
        assert spans.is_free(held[slot.machine], slot.start, slot.end), "the machine is another's"
        spans.add(held[slot.machine], slot.start, slot.end)
        option = [
            option.seconds(1)
            for option in sources[key].operations[operation].options
            if (option.machine, option.crew) == (slot.machine, slot.crew)
        ]
        up = list(spans.between(before.machines[slot.machine].up, slot.start, slot.end))
        if slot.crew is None:
            assert spans.length(up) in option
        else:
            assert spans.length(up) >= min(option), "no work outside working time"
            worked += min(option) if len(option) == 1 else 0
        assert any(start <= slot.start < end for start, end in up) and any(start < slot.end <= end for start, end in up)
    used = sum(spans.length(free[key]) - spans.length(planner.floor.persons[key].free) for key in free)
    assert used >= worked, "one operator was at two machines"
    for key, person in planner.floor.persons.items():
        assert not spans.minus(person.free, free[key]), "nobody works when they are away"


# Displacement


@st.composite
def plans(draw, crew):
    """A floor, and jobs that can all be done where they stand."""
    floor, shop, jobs = draw(floors()), None, []
    shop = floor.copy()
    for number in range(draw(st.integers(0, 6))):
        who, machine = draw(crew), draw(st.sampled_from(["m1", "m2"]))
        slot = shop.earliest([(machine, draw(st.integers(1, 6)), who)], draw(moments))
        if isinstance(slot, capacity.Slot):
            shop.take(slot)
            work = spans.length(spans.between(shop.machines[machine].up, slot.start, slot.end))
            jobs.append(Job(number, f"o{number % 3}", machine, slot.start, slot.end, work, who))
    return floor, jobs


@serious
@given(plans(st.none()), st.lists(st.tuples(st.sampled_from(["m1", "m2"]), pairs), max_size=3), st.randoms())
def test_displaced_jobs_only_move_to_the_right_and_never_overlap(plan, put, random):
    floor, jobs = plan
    assert capacity.displace(floor.copy(), jobs) == {}, "nothing before them, nothing moves"
    for machine, (start, end) in put:
        floor.book(machine, start, end)
    booked, book = [], floor.book

    def watch(machine, start, end, crew=None):
        assert spans.is_free(floor.machines[machine].busy, start, end)
        booked.append((machine, start, end))
        book(machine, start, end, crew)

    floor.book = watch
    feeds = {"o0": "o1", "o1": "o2"}
    moved = capacity.displace(floor, jobs, feeds)
    ends = {job.key: job.end for job in jobs}
    assert all(end is None or end > ends[key] for key, end in moved.items())
    assert len(booked) == len(jobs) - sum(end is None for end in moved.values())
    in_turn = [job for job in sorted(jobs, key=lambda job: (job.start, job.end, str(job.key))) if moved.get(job.key, 1)]
    for job, (machine, start, end) in zip(in_turn, booked, strict=True):
        assert machine == job.machine and start >= job.start and end == moved.get(job.key, job.end)
    random.shuffle(jobs)
    again = plan[0].copy()
    for machine in again.machines.values():
        machine.busy = []
    for machine, (start, end) in put:
        again.book(machine, start, end)
    assert capacity.displace(again, jobs, feeds) == moved


# Spans, against sets of seconds


def _seconds(found):
    return {second for start, end in found for second in range(start, end)}


@serious
@given(times(), times(), pairs)
def test_spans_are_what_sets_of_seconds_are(left, right, pair):
    assert _seconds(spans.minus(left, right)) == _seconds(left) - _seconds(right)
    assert _seconds(spans.common(left, right)) == _seconds(left) & _seconds(right)
    assert _seconds(spans.between(left, *pair)) == _seconds(left) & _seconds([pair])
    assert spans.is_free(left, *pair) == (not _seconds(left) & _seconds([pair]))
    assert list(spans.merged(sorted(left + right))) == spans.union(left + right)
    more, less = list(left), list(left)
    spans.add(more, *pair)
    spans.remove(less, *pair)
    assert more == spans.union([*left, pair]) and less == spans.minus(left, [pair])
