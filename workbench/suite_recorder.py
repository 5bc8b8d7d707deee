"""pytest plugin: runs of Odoo's own suites what Odoo itself would run, and records how each test ended."""

import json
import os
from pathlib import Path

import pytest

results = {}


def name_of(nodeid):
    """The name of a test from its addon on, wherever Odoo lies."""
    return nodeid.split("/addons/", 1)[-1]


def _is_odoos(item):
    """Whether Odoo's own loader would run the test: standard, and defined in the very class and module."""
    case = item.cls
    if case is None or "standard" not in getattr(case, "test_tags", ()):
        return False
    own = item.originalname in vars(case) or getattr(case, "allow_inherited_tests_method", False)
    return own and case.__module__ == item.module.__name__


def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=[item for item in items if not _is_odoos(item)])
    items[:] = [item for item in items if _is_odoos(item)]


def pytest_runtest_logreport(report):
    name = name_of(report.nodeid)
    if report.failed:
        results[name] = {"outcome": "failed", "why": report.longreprtext[-4000:]}
    elif report.skipped or report.when == "call":
        results.setdefault(name, {"outcome": report.outcome})


def pytest_sessionfinish(session, exitstatus):
    if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or len(results) < session.testscollected:
        return  # interrupted: half a suite is no result
    target = Path(os.environ["SUITE_RESULTS"])
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(results, indent=1, sort_keys=True))
    partial.rename(target)
