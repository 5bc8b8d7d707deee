"""``make bench``: the same work on stock Odoo, with ours off, with ours in force and with the peer, side by side.

Every side is a copy of one database. The sides take turns run by run, so that whatever else the machine does
meets all of them.
"""

import json
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from datetime import date

from benchmarks.figures import HEAD, AtMost, Extra, Ratio, Sample, Told, line, rows, skipped, table

from . import HOME, ROOT, short_hash
from .console import WorkbenchError, run, step, tail

RUNS = 5
SIGN_OFFS = 800
LEVELS = 3  # of the bills of materials, see benchmarks.scenarios
REPORT = ROOT / "docs" / "benchmarks.md"
LOCK = ROOT / "workbench" / "requirements" / "peer.txt"
PEER = "sale_tier_validation"
INSPECTING_PEER = "quality_control_oca"
# the parts that can be run alone
FEASIBILITY, INSPECTION = "feasibility", "inspection"
# the first job of each side, unmeasured: a server that has just started is slower at everything
WARM_UP = [("order_list", {}), ("order_form", {}), ("systray", {}), ("confirm", {"number": 1})]


class Worker:
    """An Odoo that waits for jobs on one database."""

    def __init__(self, bench, side, database, addons):
        self.side = side
        self.log = HOME / "logs" / f"bench-{side}.log"
        self.log.parent.mkdir(exist_ok=True)
        configuration = bench.configuration(tests=True, database=database, addons=addons)
        command = [bench.python, "-m", "benchmarks.worker", configuration, database]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env={**bench.server.environment, "PYTHONPATH": str(ROOT)},
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def prepare(self, job, **arguments):
        """Have a step carried out that stays in the database."""
        return self._ask(prepare=True, job=job, arguments=arguments)

    def measure(self, job, arguments, repeat=1):
        """Cost of one run; None where this side has no such job."""
        answer = self._ask(job=job, arguments=arguments, repeat=repeat)
        return answer and Sample(**answer)

    def _ask(self, **order):
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.process.wait()
            raise WorkbenchError(
                f"The measuring Odoo ({self.side}) ended at {order['job']}:\n{tail(self.log.read_text(), 30)}",
                f"The whole log: {self.log}",
            )
        return json.loads(answer)


class Benchmark:
    """Builds the sides, measures every figure and writes the table."""

    def __init__(self, bench, runs=RUNS):
        self.bench, self.runs, self.found, self.peer = bench, runs, [], peer_addons(bench.python)

    def run(self, only=None):
        """Measure.

        :param only: FEASIBILITY or INSPECTION for that part alone, which is told and not written
        :return: 0, whatever the figures: they are read, not obeyed
        """
        with ExitStack() as stack:
            self.stack = stack
            if only:
                print(line(HEAD))
                self._measure_part(only)
                return 0
            names = self._build()
            self._measure(names)
        self._write()
        return 0

    def _measure(self, names):
        print(line(HEAD))
        with ExitStack() as stack:
            sides = {side: stack.enter_context(self._worker(side, name)) for side, name in names.items()}
            for side, worker in sides.items():
                for job, arguments in WARM_UP[: -1 if side == "peer" else None]:  # its orders wait for reviews
                    worker.measure(job, arguments)
            self._confirming(sides)
            self._approving(sides)
            self._looking(sides)
        self._ladder(names["in force"])  # copies a database that nobody uses any more
        self._feasibility(self.bench.ours())
        self._inspection()

    def _measure_part(self, part):
        if part == FEASIBILITY:
            self._feasibility(self.bench.ours())
        elif part == INSPECTION:
            self._inspection()
        else:
            raise WorkbenchError(f"There is no part “{part}”.", f"Parts: {FEASIBILITY}, {INSPECTION}")

    # Figures

    def _confirming(self, sides):
        for number, repeat in ((1, 5), (50, 1), (200, 1)):
            samples = self._in_turn(
                {side: (sides[side], "confirm", {"number": number}) for side in ("stock", "off", "in force")}, repeat
            )
            self._tell(f"confirm {number}, off / stock", samples, "off", "stock", Ratio(1.02), Extra(0))
            self._tell(f"confirm {number}, approved / stock", samples, "in force", "stock", Ratio(1.10), Extra(12))

    def _approving(self, sides):
        ours, peer = sides["in force"], sides["peer"]
        samples = self._in_turn(
            {
                "ours": (ours, "ask", {}),
                "peer": (peer, "ask_peer", {"tell": True}),
                "silent": (peer, "ask_peer", {"tell": False}),
            }
        )
        self._tell("ask 200, per sign-off / peer", samples, "ours", "peer", Ratio(1), Ratio(1), SIGN_OFFS)
        self._tell("ask 200, per sign-off / peer telling nobody", samples, "ours", "silent", Told(), Told(), SIGN_OFFS)
        samples = self._in_turn(
            {
                "ours": (ours, "decide", {}),
                "at once": (ours, "decide_at_once", {}),
                "peer": (peer, "decide_peer", {"tell": True}),
            }
        )
        self._tell("approve 200, per sign-off / peer", samples, "ours", "peer", Ratio(1), Ratio(1), SIGN_OFFS)
        self._tell(
            "approve 200 from the list, per sign-off / peer", samples, "at once", "peer", Ratio(1), Ratio(1), SIGN_OFFS
        )

    def _looking(self, sides):
        for job, name, time, queries, repeat in (
            ("order_list", "list of 80 orders / stock", Ratio(1.05), Told(), 10),
            ("order_form", "order form / stock", Ratio(1.2), Told(), 10),
            ("systray", "systray, 1,500 open duties / stock", Told(), Extra(3), 3),
        ):
            samples = self._in_turn({side: (sides[side], job, {}) for side in ("stock", "off", "in force")}, repeat)
            for side in ("off", "in force"):
                self._tell(f"{name}, {side}", samples, side, "stock", time, queries)

    def _ladder(self, source):
        name = "ladder, 100 due of 100,000 / of 1,000"
        workers = {}
        for number in (1_000, 100_000):
            database = self._database(f"ladder_{number}")
            self.bench.copy(source, database)
            workers[number] = self.stack.enter_context(self._worker(f"ladder-{number}", database))
            if not workers[number].prepare("ladder_duties", number=number):
                return self._say(skipped(name, "there is no ladder (mail.activity._cron_guard_ladder)"))
            self._settle(database)
        samples = self._in_turn({number: (worker, "ladder", {}) for number, worker in workers.items()})
        self._tell(name, samples, 100_000, 1_000, Ratio(1.3), Extra(3))

    def _feasibility(self, source):
        workers, base = {}, self._database("workshop")
        with step("Preparing workshops"):
            self.bench.copy(source, base)
            self._prepare(base, "workshop")
            for opened, closed in ((200, 1_000), (2_000, 1_000), (200, 100_000)):
                database = self._database(f"floor_{opened}_{closed}")
                self.bench.copy(base, database)
                with self._worker(database, database) as worker:
                    worker.prepare("work_on_the_floor", opened=opened, closed=closed)
                self._settle(database)
                workers[opened, closed] = self.stack.enter_context(self._worker(f"floor-{opened}-{closed}", database))
        few, many, old = workers.values()
        for worker in workers.values():
            worker.measure("reckon", {})  # to warm up
        few.measure("bom_overview", {})
        samples = self._in_turn(
            {
                "few": (few, "reckon", {}),
                "many": (many, "reckon", {}),
                "old": (old, "reckon", {}),
                "core": (few, "bom_overview", {}),
            },
            repeat=3,
        )
        order, allowed = "feasibility of 10 lines", AtMost(30 + 10 * LEVELS)
        self._tell(f"{order}, 200 open / core's overviews", samples, "few", "core", AtMost(300), allowed)
        self._tell(f"{order}, 2,000 open / 200", samples, "many", "few", Ratio(2), Extra(0))
        self._tell(f"{order}, 100,000 closed / 1,000", samples, "old", "few", Ratio(1.1), Extra(0))
        for job, name in (("reckon_reviews", "recomputed"), ("reviews_stale", "asked whether they hold")):
            samples = self._in_turn({number: (few, job, {"number": number}) for number in (50, 1)})
            self._tell(f"50 open reviews {name} / 1", samples, 50, 1, Ratio(50), Told())

    def _inspection(self):
        with ExitStack() as stack:
            sides = {
                side: stack.enter_context(self._worker(f"inspection-{side}", name))
                for side, name in self._build_inspection().items()
            }
            jobs = {side: (sides[side], "receive", {}) for side in ("stock", "off")}
            jobs["in force"] = (sides["in force"], "receive_inspected", {})
            self._in_turn(jobs, runs=1)  # to warm up
            samples = self._in_turn(jobs, repeat=3)
            receipt = "receipt of 50 lots"
            self._tell(f"{receipt}, off / stock", samples, "off", "stock", Ratio(1.02), Extra(0))
            self._tell(f"{receipt}, each inspected / stock", samples, "in force", "stock", Ratio(1.25), Told())
            self._inspecting(sides["in force"], sides["peer"])
            jobs = {side: (sides[side], "reserve", {}) for side in ("stock", "off", "in force")}
            self._in_turn(jobs, runs=1)
            samples = self._in_turn(jobs, repeat=3)
            reservation = "reserve 500 of 10,000 quants"
            self._tell(f"{reservation}, off / stock", samples, "off", "stock", Ratio(1.02), Extra(0))
            self._tell(f"{reservation}, 1 % held / stock", samples, "in force", "stock", Ratio(1.05), Told())

    def _inspecting(self, ours, peer):
        name, samples = "1,000 inspections of 10", {}
        for step_name, mine, other in (
            ("made", "open_inspections", "open_peer"),
            ("started and read", "read_inspections", "read_peer"),
            ("decided", "decide_inspections", "decide_peer_inspections"),
        ):
            samples = self._in_turn({"ours": (ours, mine, {}), "peer": (peer, other, {})})
            self._tell(f"{name}, {step_name} / peer", samples, "ours", "peer", Told(), AtMost(300))
            if step_name == "made":
                total = samples
            else:
                total = {side: [a + b for a, b in zip(total[side], samples[side], strict=True)] for side in samples}
        self._tell(f"{name}, all steps / peer", total, "ours", "peer", Ratio(0.2), Told())

    # The work

    def _build_inspection(self):
        """Databases: goods on stock Odoo; ours and the peer installed on copies."""
        names = {side: self._database(f"inspection_{side.replace(' ', '_')}") for side in ("stock", "off", "in force", "peer")}
        with step("Preparing goods on stock Odoo"):
            self.bench.copy(self.bench.stock(demo=False, languages=None), names["stock"])
            self._prepare(names["stock"], "goods")
        for side, addons in (("off", self.bench.main_addons()), ("peer", [INSPECTING_PEER])):
            with step(f"Installing {', '.join(addons)} on a copy"):
                self.bench.copy(names["stock"], names[side])
                self._install(names[side], addons)
                self._settle(names[side])
        with step("Putting the clause in force"):
            self.bench.copy(names["off"], names["in force"])
            self._prepare(names["in force"], "inspection_in_force")
        self._prepare(names["peer"], "inspecting_peer")
        return names

    def _build(self):
        """The sides' databases: one with people and orders, copied; ours and the peer installed on copies."""
        names = {side: self._database(side.replace(" ", "_")) for side in ("stock", "off", "in force", "peer")}
        with step("Preparing people and 600 orders on stock Odoo"):
            self.bench.copy(self.bench.stock(demo=False, languages=None), names["stock"])
            self._prepare(names["stock"], "people_and_orders")
        for side, addons in (("off", self.bench.main_addons()), ("peer", [PEER])):
            with step(f"Installing {', '.join(addons)} on a copy"):
                self.bench.copy(names["stock"], names[side])
                self._install(names[side], addons)
        with step("Putting the policy in force, asking and approving"):
            self.bench.copy(names["off"], names["in force"])
            self._prepare(names["in force"], "policy_in_force", "open_duties")
        with step("Preparing the other sides"):
            for side in ("stock", "off"):
                self._prepare(names[side], "open_activities")
            self._prepare(names["peer"], "open_activities", "peer_definitions")
        return names

    def _install(self, database, addons):
        log = HOME / "logs" / f"{database}.log"
        options = ["-i", ",".join(addons), "--stop-after-init", "--no-http"]
        self.bench.odoo("-d", database, *options, addons=[self.peer], log=log)

    def _prepare(self, database, *jobs):
        with self._worker(database, database) as worker:
            for job in jobs:
                worker.prepare(job)
        self._settle(database)

    def _settle(self, database):
        """Leave nothing to be cleaned up while it is measured, and let the planner know the tables."""
        self.bench.server.sql("VACUUM (FREEZE, ANALYZE)", database)

    def _database(self, label):
        name = f"bench_{os.getpid()}_{label}"
        self.stack.callback(self.bench.remove, name)
        return name

    @contextmanager
    def _worker(self, side, database):
        worker = Worker(self.bench, side.replace(" ", "_"), database, [self.peer])
        try:
            yield worker
        finally:
            worker.process.kill()
            worker.process.wait()

    def _in_turn(self, jobs, repeat=1, runs=None):
        """Samples of each job; every second run in the opposite order.

        :param dict jobs: ``{key: (worker, job, arguments)}``
        """
        samples = {key: [] for key in jobs}
        for number in range(runs or self.runs):
            for key in list(jobs)[:: -1 if number % 2 else 1]:
                worker, job, arguments = jobs[key]
                samples[key].append(worker.measure(job, arguments, repeat))
        return samples

    def _tell(self, name, samples, ours, reference, time, queries, per=1):
        for row in rows(name, samples[ours], samples[reference], time, queries, per):
            self._say(row)

    def _say(self, row):
        print(line(row), flush=True)
        self.found.append(row)

    def _write(self):
        REPORT.write_text(
            HEADER.format(
                day=date.today().isoformat(),
                odoo=self.bench.tree.version,
                postgres=self.bench.server.sql("SHOW server_version")[0].split()[0],
                cores=os.cpu_count(),
                runs=self.runs,
                table=table(self.found),
            )
        )
        print(f"\nWritten to {REPORT.relative_to(ROOT)}.")


HEADER = """# What the duties cost

Written by `make bench` on {day}: Odoo {odoo}, PostgreSQL {postgres}, {cores} cores. Median of {runs} runs and half
the spread; the sides took turns run by run on copies of one database.

- Times are milliseconds of the processor, Odoo's and its PostgreSQL process's: other work on the machine hardly
  counts in them, but a ratio within some percent of 1 is still noise. Queries repeat exactly.
- *off*: our addons installed, nothing in force. *approved*: the order review in force, every order reviewed and
  approved. Orders have ten lines of stored goods.
- The peer is OCA's `sale_tier_validation` with the same four departments. It tells its reviewers only when asked
  to; since ours always tells the person and opens a duty, it is set to tell them, too. Ours also demands that the
  questions of the clause be answered, which the peer has nothing to compare with: that is not measured.
- *approve 200*: each sign-off as by a click of its own; *from the list*: each department signs all 200 together,
  which the peer doesn't offer.
- By a click of its own a sign-off takes more queries than the peer's. The difference is what the peer doesn't do: compare
  the content with what was asked (the document, the order, its lines and their values), see who edited it and who has
  spoken for whom, which questions and issues are open; lock the ledger, enter the decision and its head; close the duty.
  From the list it takes as many for 200 documents as for one.
- *feasibility*: an order of ten lines, each with a bill of materials of three levels, on 20 work centers with so
  many open and closed work orders. Core's BoM overview of the same ten products is told beside it: it takes no
  work order into account.
- *receipt*: fifty lines of ten, each of a lot of its own, from its creation until it is done. *each inspected*: a control
  point on each product, one unit, four characteristics; made, started, read, decided by clicks of their own.
- *1,000 inspections of 10*: five attributes and five measured characteristics on one unit. The peer is OCA's
  `quality_control_oca` with a test of the same ten questions. It makes its questions with the inspection, ours draws the
  sample and asks for its readings when it is started; ours also notes who read what, when and by which gauge.
- *reserve*: a delivery of 500 out of 10,000 lots; *1 % held*: half of these by their lot, half by their place.
- A target stands where `SHORT` or `ok` stands; the other lines are there to be known.

{table}
"""


def peer_addons(python):
    """The peer's addons folder, fetched where it isn't there yet."""
    target = HOME / f"peer-{short_hash(LOCK.read_bytes())}"
    if not target.exists():
        with step("Fetching the peer"):
            partial = HOME / "peer.partial"
            shutil.rmtree(partial, ignore_errors=True)
            pip = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
            try:
                run([*pip, "--target", partial, "-r", LOCK])
            except subprocess.CalledProcessError as error:
                raise WorkbenchError(
                    f"pip could not install the peer:\n{tail(error.stderr)}",
                    "Check the network and pip's configuration, then call the same command again.",
                ) from error
            partial.rename(target)
    return target / "odoo" / "addons"
