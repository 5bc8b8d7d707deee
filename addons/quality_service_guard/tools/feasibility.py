"""When a whole order can be kept, by machine, material, people and equipment (clauses 2.1.1 and 2.1.2).

Every product of the order is taken from stock as far as it is free, and made or bought for the rest, through all
levels of its bill of materials; each unit and each hour is promised once. What is earliest is looked for, never what
is cheapest. Nothing here knows Odoo: products, recipes and lines are named by whatever keys the caller has, moments
are whole seconds.
"""

import math
from dataclasses import dataclass, field

from .capacity import Blocked
from .supply import EPSILON, Stock


@dataclass(frozen=True)
class Option:
    """A machine that can do an operation.

    :param fixed: seconds of set-up and cleaning
    :param cycle: seconds of one cycle
    :param capacity: quantity of one cycle
    :param crew: keys of those who may do it; None where nobody is asked for
    """

    machine: object
    fixed: int
    cycle: float
    capacity: float = 1.0
    crew: frozenset = None

    def seconds(self, quantity):
        """Work for a quantity: set-up and whole cycles."""
        cycles = math.ceil(quantity / self.capacity - EPSILON) if self.capacity else 1
        return max(0, round(self.fixed + cycles * self.cycle))


@dataclass(frozen=True)
class Operation:
    """One step of a routing.

    :param after: keys of the operations that must be finished before
    """

    key: object
    options: tuple
    after: tuple = ()


@dataclass(frozen=True)
class Component:
    """What a recipe takes.

    :param quantity: for one unit of what is made, in the component's own unit
    :param operation: key of the operation that consumes it; None: needed from the beginning
    :param rounding: what is taken is rounded up to it
    """

    product: object
    quantity: float
    operation: object = None
    rounding: float = 0.0

    def needed(self, quantity):
        """So much is taken for a quantity of what is made."""
        needed = self.quantity * quantity
        if self.rounding:
            needed = math.ceil(needed / self.rounding - EPSILON) * self.rounding
        return needed


@dataclass(frozen=True)
class Source:
    """How more of a product is had.

    :param kind: "make", "buy", "subcontract", "kit", "service" or "stock" (in no other way than from stock)
    :param key: the bill of materials or the vendor's price
    :param lead: seconds that a vendor, a subcontractor or a recipe without operations takes
    :param missing: code of what is not known and would be needed for a date
    :param use_stock: whether what is on stock counts; not for goods that are made to order
    """

    kind: str
    key: object = None
    lead: int = 0
    operations: tuple = ()
    components: tuple = ()
    missing: str = None
    use_stock: bool = True


@dataclass(frozen=True)
class Need:
    """One order line.

    :param promised: moment when it has to be ready; None where nothing was promised
    """

    key: object
    product: object
    quantity: float
    promised: int = None


@dataclass
class Step:
    """One thing that has to happen: goods taken, bought or made, or an operation done.

    :param kind: "stock", "buy", "subcontract", "make", "kit", "service", "operation" or "missing"
    :param end: moment when it is done; None where no date can be said
    :param waits: ``{kind of resource: seconds}`` by which it is delayed
    :param before: the step that decides when this one can begin
    :param code: why there is no date
    """

    kind: str
    product: object
    level: int
    quantity: float = 0.0
    start: int = None
    end: int = None
    key: object = None
    machine: object = None
    crew: frozenset = None
    waits: dict = field(default_factory=dict)
    before: "Step" = None
    code: str = None
    taken: float = 0.0
    path: tuple = ()


@dataclass
class Answer:
    """What came out for one need: its steps in the order in which they were planned, the last one deciding.

    :ivar step: where the binding constraint bites; None where nothing but the work itself takes time
    :ivar binding: the kind of resource: "machine", "material", "people" or "equipment"; without a date the code of
        what is missing
    """

    need: Need
    steps: list
    last: Step
    step: Step = None
    binding: str = None

    @property
    def ready(self):
        """The earliest moment that can be kept; None where none can be said."""
        return self.last.end

    def chain(self):
        """The steps that decide the date, from the last one back."""
        step = self.last
        while step is not None:
            yield step
            step = step.before


def assess(now, floor, sources, stocks, needs):
    """Plan an order and find for each line the resource without which it would be ready soonest.

    :return: the planner, and ``{need key: Answer}``
    """
    planner = Planner(now, floor.copy(), sources, stocks)
    answers = planner.plan(needs)
    kinds = {kind for answer in answers.values() for step in answer.chain() for kind in step.waits}
    without = {
        kind: Planner(now, floor.copy(without=kind), sources, stocks, endless=kind == "material").plan(needs)
        for kind in sorted(kinds)
    }
    for key, answer in answers.items():
        _explain(answer, {kind: others[key].ready for kind, others in without.items()})
    return planner, answers


def _explain(answer, relaxed):
    """Name the binding constraint: the kind whose absence gains most, where it makes the way longest."""
    chain = list(answer.chain())
    if answer.ready is None:
        answer.step = next(step for step in chain if step.code)
        answer.binding = answer.step.code
        return
    gains = {
        kind: 0 if relaxed[kind] is None else max(0, answer.ready - relaxed[kind])
        for step in chain
        for kind in step.waits
    }
    if gains:
        answer.binding = max(gains, key=lambda kind: (gains[kind], sum(step.waits.get(kind, 0) for step in chain)))
        answer.step = max(chain, key=lambda step: step.waits.get(answer.binding, 0))


class Planner:
    """Plans the needs of an order on a floor and out of stocks, which it uses up.

    :param now: the moment from which everything is reckoned
    :param floor: :class:`~.capacity.Floor`
    :param sources: ``{product: Source}``
    :param stocks: ``{product: Stock}``; what is absent has nothing on stock
    :param endless: reckon as if everything that is not made were there
    """

    def __init__(self, now, floor, sources, stocks, endless=False):
        self.now, self.floor, self.sources, self.endless = now, floor, sources, endless
        self.stocks = {product: stock.copy() for product, stock in stocks.items()}
        self.slots = []

    def plan(self, needs):
        """Plan all needs, the most urgent first, so that the order of the lines decides nothing.

        :return: ``{need key: Answer}``
        """
        return {need.key: self._answer(need) for need in sorted(needs, key=_urgency)}

    def _answer(self, need):
        self.steps = []
        last = self._obtain(need.product, need.quantity, 0, ())
        return Answer(need, self.steps, last)

    def _step(self, *arguments, **options):
        step = Step(*arguments, **options)
        self.steps.append(step)
        return step

    # Goods

    def _obtain(self, product, quantity, level, path):
        """Have so much of a product: from stock, and for the rest from its source."""
        path = (*path, product)
        if product in path[:-1]:
            return self._step("missing", product, level, quantity, code="cycle", path=path)
        source = self.sources.get(product) or Source("stock", missing="no_source")
        if source.kind == "service" or quantity <= EPSILON:
            return self._step(source.kind, product, level, quantity, self.now, self.now)
        if source.kind == "kit":
            return self._assemble(source, product, quantity, level, path)
        if self.endless and source.kind != "make":
            return self._step("stock", product, level, quantity, self.now, self.now)
        stock = self.stocks.setdefault(product, Stock(self.now)) if source.use_stock else Stock(self.now)
        taken = min(quantity, stock.free(self.now))
        if taken >= quantity - EPSILON:
            return self._from_stock(stock, product, quantity, level, self.now)
        arrives = stock.when(quantity)
        code = source.missing or ("no_source" if source.kind == "stock" else None)
        if arrives is not None and (code or (source.kind == "buy" and arrives <= self.now + source.lead)):
            return self._from_stock(stock, product, quantity, level, arrives)
        if code:
            stock.take(taken, self.now)
            return self._step("missing", product, level, quantity - taken, key=source.key, code=code, taken=taken)
        get = self._make if source.kind == "make" else self._buy
        if arrives is None or source.kind == "buy":
            stock.take(taken, self.now)
            return get(source, product, quantity - taken, taken, level, path)
        return self._get_or_wait(get, source, product, quantity, taken, arrives, level, path)

    def _from_stock(self, stock, product, quantity, level, moment):
        stock.take(quantity, moment)
        waits = {"material": moment - self.now} if moment > self.now else {}
        return self._step("stock", product, level, quantity, self.now, moment, waits=waits, taken=quantity)

    def _get_or_wait(self, get, source, product, quantity, taken, arrives, level, path):
        """Try to have what is missing made; what is on its way is waited for where it comes first."""
        before = self.floor, self.stocks, self.slots, self.steps
        self.floor, self.stocks = self.floor.copy(), {key: stock.copy() for key, stock in self.stocks.items()}
        self.slots, self.steps = list(self.slots), list(self.steps)
        self.stocks[product].take(taken, self.now)
        step = get(source, product, quantity - taken, taken, level, path)
        if step.end is not None and step.end < arrives:
            return step
        self.floor, self.stocks, self.slots, self.steps = before
        return self._from_stock(self.stocks[product], product, quantity, level, arrives)

    def _buy(self, source, product, quantity, taken, level, path):
        """A vendor's lead time from now on; a subcontractor begins when the components are there."""
        before = None
        if source.kind == "subcontract":
            before = self._latest(self._components(source, quantity, level, path))
            if before and before.end is None:
                return self._unknown(source, product, quantity, level, before, taken)
        start = before.end if before else self.now
        return self._step(
            source.kind,
            product,
            level,
            quantity,
            start,
            start + source.lead,
            key=source.key,
            waits={"material": source.lead} if source.lead else {},
            before=before,
            taken=taken,
        )

    def _assemble(self, source, product, quantity, level, path):
        """A kit is there when its last component is."""
        if source.missing:
            return self._step("missing", product, level, quantity, key=source.key, code=source.missing)
        before = self._latest(self._components(source, quantity, level, path))
        if before and before.end is None:
            return self._unknown(source, product, quantity, level, before)
        end = before.end if before else self.now
        return self._step("kit", product, level, quantity, self.now, end, key=source.key, before=before)

    def _make(self, source, product, quantity, taken, level, path):
        """Components first, then the operations, each as early as machine, people and equipment allow."""
        components = self._components(source, quantity, level, path)
        if unknown := next((step for _operation, step in components if step.end is None), None):
            return self._unknown(source, product, quantity, level, unknown, taken)
        done, keys = {}, {operation.key for operation in source.operations}
        for operation in _in_order(source.operations):
            needed = [step for consumer, step in components if consumer == operation.key or consumer not in keys]
            before = max([*needed, *(done[key] for key in operation.after if key in done)], key=_end, default=None)
            done[operation.key] = step = self._operate(operation, product, quantity, level + 1, before)
            if step.end is None:
                return self._unknown(source, product, quantity, level, step, taken)
        if done:
            before, lead, waits = max(done.values(), key=_end), 0, {}
        else:
            before, lead = self._latest(components), source.lead
            waits = {"machine": lead} if lead else {}
        end = (before.end if before else self.now) + lead
        return self._step(
            "make",
            product,
            level,
            quantity,
            self.now,
            end,
            key=source.key,
            waits=waits,
            before=before,
            taken=taken,
        )

    def _components(self, source, quantity, level, path):
        """Have all components: ``[(key of the consuming operation, step)]``."""
        return [
            (component.operation, self._obtain(component.product, component.needed(quantity), level + 1, path))
            for component in source.components
        ]

    def _operate(self, operation, product, quantity, level, before):
        ready = before.end if before else self.now
        found = self.floor.earliest(
            [(option.machine, option.seconds(quantity), option.crew) for option in operation.options], ready
        )
        if isinstance(found, Blocked):
            return self._step(
                "operation",
                product,
                level,
                quantity,
                ready,
                key=operation.key,
                machine=found.machine,
                code=f"no_{found.kind}",
                before=before,
            )
        self.floor.take(found)
        self.slots.append((operation.key, product, found))
        return self._step(
            "operation",
            product,
            level,
            quantity,
            found.start,
            found.end,
            key=operation.key,
            machine=found.machine,
            crew=found.crew,
            waits=found.waits,
            before=before,
        )

    def _unknown(self, source, product, quantity, level, before, taken=0.0):
        return self._step(source.kind, product, level, quantity, key=source.key, before=before, taken=taken)

    def _latest(self, components):
        steps = [step for _operation, step in components]
        unknown = next((step for step in steps if step.end is None), None)
        return unknown or max(steps, key=_end, default=None)


def quantiles(values, minimum=8):
    """Median and ninth decile of what was observed (linear between neighbours, Hyndman and Fan's type 7).

    :return: ``(P50, P90)``, or None where there are fewer values than would carry them
    """
    if len(values) < max(minimum, 1):
        return None
    ordered = sorted(values)

    def at(share):
        place = share * (len(ordered) - 1)
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    return at(0.5), at(0.9)


def _in_order(operations):
    """The operations as listed, but none before those that it waits for."""
    pending = {operation.key: operation for operation in operations}
    while pending:
        found = next(
            (key for key, operation in pending.items() if not any(other in pending for other in operation.after)),
            next(iter(pending)),  # they wait for each other: as listed
        )
        yield pending.pop(found)


def _end(step):
    return step.end


def _urgency(need):
    return (need.promised is None, need.promised or 0, str(need.product), need.quantity, str(need.key))
