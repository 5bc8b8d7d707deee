"""pytest plugin: counts what passed, and fails a run in which Odoo logged a warning that nobody expected."""

import json
import logging
import os
from pathlib import Path

from .logs import allowed


class Collector(logging.Handler):
    """Keeps the warnings and errors that reach the root logger: those that tests expect or mute don't."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.allowed = allowed()
        self.unexpected = []

    def emit(self, record):
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.name.startswith("odoo") and not any(rule.search(line) for rule in self.allowed):
            self.unexpected.append(line)


collector = Collector()
counts = {"passed": 0, "browser": 0}


def pytest_sessionstart():
    logging.getLogger().addHandler(collector)


def pytest_collection():
    """Import the addons in the order of their dependencies, as a server does: of two controllers the later one wins."""
    if "ODOO_RC" in os.environ:
        from odoo.modules.registry import Registry
        from odoo.tests import get_db_name

        Registry(get_db_name())


def pytest_collection_modifyitems(items):
    """Run the tests that commit last: what they leave must not meet tests that count on a clean database."""
    if any("odoo.addons" in item.module.__name__ for item in items):
        from odoo.tests import TransactionCase  # not there when the project is tested from outside

        items.sort(key=lambda item: not issubclass(item.cls or object, TransactionCase))


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed and not hasattr(report, "context"):  # subtests have one
        counts["passed"] += 1
        counts["browser"] += "_browser" in report.nodeid


def pytest_sessionfinish(session):
    if target := os.environ.get("WORKBENCH_COUNTS"):
        Path(target).write_text(json.dumps(counts))
    if collector.unexpected and not session.exitstatus:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    if collector.unexpected:
        terminalreporter.section("Odoo logged what nobody expected")
        for line in dict.fromkeys(collector.unexpected):
            terminalreporter.write_line(line[:600])
        terminalreporter.write_line("Mend the cause, or add a rule with its reason to workbench/allowed_logs.txt.")
