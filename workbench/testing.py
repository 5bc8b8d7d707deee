"""The whole suite: the addons under Odoo by pytest-odoo, the rest by plain pytest; and what a green run must hold."""

import json
import os
import shutil
import subprocess

from . import ADDONS, ROOT, TEST_ADDONS
from .console import WorkbenchError, step

INSTALL = ROOT / "tests" / "install"  # slow, a verb of its own
EXPECTED = ROOT / "tests" / "expected_counts.json"
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def run_tests(bench, arguments):
    """Run all parts: the addons, their bridges to further apps, the project from outside.

    :param arguments: given to pytest; with any, only these run, where their apps are, and nothing is counted
    :return: exit code
    """
    require_browser()
    main = [folder / name for folder in (ADDONS, TEST_ADDONS) for name in bench.main_addons(folder)]
    bridges = [folder / name for folder in (ADDONS, TEST_ADDONS) for name in bench.bridge_addons(folder)]
    if arguments:
        named = any(bridge.name in argument for argument in arguments for bridge in bridges)
        return _addons(bench, bench.bridges if named else bench.test, "addons", arguments)
    with step("Testing the addons"):
        code = _addons(bench, bench.test, "addons", main)
    if bridges:
        with step("Testing the bridges"):
            code = _addons(bench, bench.bridges, "bridges", bridges) or code
    with step("Testing the project from outside"):
        code = _outside(bench) or code
    return code or _check_counts(bench, ["addons", *(["bridges"] if bridges else []), "outside"])


def _addons(bench, template, half, arguments):
    """Run tests on a throw-away copy of a database."""
    name = bench.throw_away("run", template)
    try:
        return _pytest_odoo(bench, name, half, arguments)
    finally:
        bench.remove(name)


def require_browser():
    """Refuse to begin what would be green for want of a browser only."""
    if not any(shutil.which(name) for name in BROWSERS):
        raise WorkbenchError(
            "There is no Chromium: the browser tests could not run, and green without them would mean nothing.",
            "Install it: apt-get install chromium (“make doctor” says all that is missing).",
        )


def _pytest_odoo(bench, database, half, arguments):
    configuration = bench.configuration(tests=True, database=database)
    environment = {
        **bench.server.environment,
        "ODOO_RC": str(configuration),
        "PYTHONPATH": str(ROOT),
        "WORKBENCH_COUNTS": str(bench.scratch / f"counts-{half}.json"),
    }
    command = [bench.python, "-m", "pytest", "-p", "workbench.pytest_guard", "--odoo-http"]
    # by default pytest-odoo silences Odoo below critical, and the guard would see nothing
    command += ["--odoo-log-level=warn", "-q", "--rootdir", ROOT]
    return subprocess.run([str(part) for part in [*command, *arguments]], env=environment, cwd=ROOT).returncode


def _outside(bench):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "WORKBENCH_COUNTS": str(bench.scratch / "counts-outside.json"),
    }
    command = [
        bench.python,
        "-m",
        "pytest",
        "-p",
        "no:odoo",
        "-p",
        "workbench.pytest_guard",
        "-q",
        "--ignore",
        TEST_ADDONS,
        "--ignore",
        INSTALL,
        ROOT / "tests",
    ]
    return subprocess.run([str(part) for part in command], env=environment, cwd=ROOT).returncode


def run_install_tests(bench, arguments):
    """Run the tests that install, upgrade and uninstall.

    :return: exit code
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [bench.python, "-m", "pytest", "-p", "no:odoo", "-q", "--durations=0", *(arguments or [INSTALL])]
    return subprocess.run([str(part) for part in command], env=environment, cwd=ROOT).returncode


def _check_counts(bench, halves):
    """Fail when fewer tests ran than the repository says there are, or no browser was opened."""
    counted = {}
    for half in halves:
        counts = json.loads((bench.scratch / f"counts-{half}.json").read_text())
        kind = "outside" if half == "outside" else "addons"  # a bridge is an addon
        counted[kind] = counted.get(kind, 0) + counts["passed"]
        counted["browser"] = counted.get("browser", 0) + counts["browser"]
    expected = json.loads(EXPECTED.read_text())
    print("Tests that passed: " + ", ".join(f"{kind} {number}" for kind, number in sorted(counted.items())))
    short = [f"{kind}: {counted[kind]} of {number}" for kind, number in expected.items() if counted[kind] < number]
    if short or not counted["browser"]:
        print(
            "Fewer tests passed than tests/expected_counts.json says there are: "
            + ", ".join(short or ["no browser test"])
        )
        return 1
    if any(counted[kind] > number for kind, number in expected.items()):
        print("There are more tests than recorded: write the numbers above into tests/expected_counts.json.")
    return 0
