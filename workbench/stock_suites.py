"""Odoo's own suites on a database without our addons and on one with them: what only we break is our fault.

They run by pytest-odoo on complete databases, at_install and post_install tests alike, both sides in the same
way: Odoo's own runner would run the at_install tests before our code is loaded, and prove nothing about it.
"""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from . import ADDONS, HOME, ROOT, STOCK_APPS, short_hash
from .console import WorkbenchError, step
from .databases import content_key
from .locks import exclusive
from .logs import rules
from .testing import require_browser

# those that ours touch first, so that an interrupted run has told the most
SUITES = (
    "sale",
    "sale_stock",
    "sale_management",
    "portal",
    "payment",
    "stock",
    "purchase",
    "purchase_stock",
    "mrp",
    "sale_mrp",
    "purchase_mrp",
    "maintenance",
    "repair",
)
DUTIES = ROOT / "tests" / "stock_in_force.txt"
AT_ONCE = min(2, os.cpu_count() or 1)
IN_FORCE = """
env["ir.default"].set("guard.clause", "in_force", True)  # for every company, those that a test makes included
env.registry.clear_cache()
modes = env["guard.gate"]._modes()
assert modes and all(mode == "block" for by_company in modes.values() for mode in by_company.values()), modes
env.cr.commit()
"""


class Side:
    """One of the compared databases, and where the results of its suites are kept."""

    def __init__(self, bench, name, template, key, prepare=None):
        self.bench, self.name, self.template, self.prepare = bench, name, template, prepare
        self.folder = HOME / "suites" / f"{name}-{key}"

    def results(self, suite):
        """How each test of a suite ended; run where it is not known yet.

        What fails is tried once more by itself: a tour that a busy machine made too slow says nothing, and kept
        as a result of stock Odoo it would hide what we break.
        """
        target = self.folder / f"{suite}.json"
        if not target.exists():
            with step(f"{suite}, {self.name}"):
                first = target.with_suffix(".first")
                self.run(suite, [self.bench.tree.addon(suite) / "tests"], first)
                results = read(first)
                if not self.prepare and (again := sorted(failed(results))):
                    results |= self.again(again)
                target.write_text(json.dumps(results, indent=1, sort_keys=True))
                first.unlink()
        return read(target)

    def again(self, tests):
        """How some tests of one suite end when they are run without the others."""
        suite, label = tests[0].split("/")[0], short_hash(*tests)
        target = self.folder / f"{suite}-{label}.again"
        target.unlink(missing_ok=True)
        folder = self.bench.tree.addon(suite).parent
        self.run(f"{suite}_{label}", [folder / test for test in tests], target)
        found = read(target)
        target.unlink()
        return {test: found.get(test, {"outcome": "lost"}) for test in tests}

    def run(self, label, arguments, target):
        """Run tests on a throw-away copy, gently: it takes long and the machine has other work."""
        bench, database = self.bench, f"suite_{os.getpid()}_{self.name}_{label}"
        bench.copy(self.template, database)
        try:
            if self.prepare:
                shell = ["shell", "-d", database, "--no-http"]
                bench.odoo(*shell, input=self.prepare.encode(), log=HOME / "logs" / f"{database}.log")
            configuration = bench.configuration(tests=True, database=database)
            environment = {
                **bench.server.environment,
                "ODOO_RC": str(configuration),
                "PYTHONPATH": str(ROOT),
                "SUITE_RESULTS": str(target),
            }
            command = ["nice", "-n", "10", bench.python, "-m", "pytest", "-p", "workbench.suite_recorder"]
            command += ["--odoo-http", "-q", "--no-header", "--rootdir", ROOT, "-p", "no:cacheprovider", *arguments]
            log = HOME / "logs" / f"suite-{self.name}-{label}.log"
            log.parent.mkdir(exist_ok=True)
            with log.open("wb") as out:
                subprocess.run(
                    [str(part) for part in command], env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
                )
            if not target.exists():
                raise WorkbenchError(f"The tests of {label} did not run to their end.", f"The whole log: {log}")
        finally:
            bench.remove(database)


def run_suites(bench, arguments):
    """Compare the suites (all, or those named) without ours, with ours, and with the policy in force.

    :return: exit code
    """
    require_browser()
    suites = arguments or SUITES
    if unknown := set(suites) - set(SUITES):
        raise WorkbenchError(f"No such suites: {', '.join(sorted(unknown))}.", f"There are: {', '.join(SUITES)}")
    stock, key = bench.stock(demo=False, languages=None), content_key(ADDONS)
    ours = f"suite_{os.getpid()}_ours"
    with exclusive("build"):  # a copy of our own: the template goes when the addons change meanwhile
        bench.copy(bench.ours(), ours)
    version = short_hash(bench.tree.version, STOCK_APPS)
    without = Side(bench, "without", stock, version)
    with_ours = Side(bench, "with", ours, f"{version}-{key}")
    in_force = Side(bench, "in_force", ours, f"{version}-{key}", IN_FORCE)
    try:
        sides = (without, with_ours, in_force)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = pool.map(lambda suite: [side.results(suite) for side in sides], suites)
            by_suite = dict(zip(suites, ends, strict=True))
        results = {side: {suite: by_suite[suite][n] for suite in suites} for n, side in enumerate(sides)}
        off = [_compare(suite, without, with_ours, results) for suite in suites]
        print("\nWith the policy in force:")
        force = [_explain(suite, without, in_force, results) for suite in suites]
    finally:
        bench.remove(ours)
    return int(any(off) or any(force))


def read(target):
    """Results as the recorder wrote them."""
    return json.loads(target.read_text())


def failed(results):
    """Names of the tests that failed."""
    return {name for name, result in results.items() if result["outcome"] == "failed"}


def tally(results):
    """One line: how many passed, failed, were skipped."""
    counts = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for result in results.values():
        counts[result["outcome"]] = counts.get(result["outcome"], 0) + 1
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())


def differences(without, with_ours):
    """Tests that don't end alike on the two sides: ``{name: (outcome without, outcome with)}``."""
    found = {}
    for name in sorted(without.keys() | with_ours.keys()):
        pair = tuple(side.get(name, {"outcome": "absent"})["outcome"] for side in (without, with_ours))
        if pair[0] != pair[1]:
            found[name] = pair
    return found


def _compare(suite, without, with_ours, results):
    """Print both counts and each difference; a test that only we break is run again alone on both sides.

    :return: the tests that we break
    """
    before, after = results[without][suite], results[with_ours][suite]
    print(f"\n{suite}\n  without ours: {tally(before)}\n  with ours:    {tally(after)}")
    broken = []
    for name, (old, new) in differences(before, after).items():
        verdict = ""
        if old == "passed" and new != "passed":
            if with_ours.again([name])[name]["outcome"] == "passed":
                verdict = ": passes alone, unsteady"
            elif without.again([name])[name]["outcome"] != "passed":
                verdict = ": alone it fails without ours, too"
            else:
                verdict = ": broken by ours"
                broken.append(name)
        print(f"  {name}: {old} without, {new} with{verdict}")
        if broken and broken[-1] == name:
            print(_reason(after.get(name, {})))
    return broken


def _explain(suite, without, in_force, results):
    """Print the failures that only the policy in force brings, each with its reason or as unexplained.

    :return: the unexplained ones
    """
    before, after = results[without][suite], results[in_force][suite]
    new = sorted(failed(after) - failed(before))
    reasons, unexplained = {}, []
    for name in new:
        text = f"{name}: {after[name]['why']}"
        reason = next((reason for rule, reason in duties() if rule.search(text)), None)
        if reason:
            reasons.setdefault(reason, []).append(name)
        elif in_force.again([name])[name]["outcome"] == "failed":
            unexplained.append(name)
    print(f"\n{suite}: {tally(after)}; {len(new)} fail by the policy, {len(unexplained)} unexplained")
    for reason, names in sorted(reasons.items()):
        print(f"  {len(names)} × {reason}")
    for name in unexplained:
        print(f"  unexplained: {name}\n{_reason(after[name])}")
    return unexplained


def duties():
    """Why a test of Odoo's fails where the policy is in force: ``[(pattern, reason)]``."""
    return rules(DUTIES)


def _reason(result):
    lines = [line for line in result.get("why", "").splitlines() if re.match(r"E\s", line)]
    return "\n".join(f"      {line[:200]}" for line in lines[:6])
