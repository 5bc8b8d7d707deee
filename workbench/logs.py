"""What Odoo logs, and what of it nobody has to look at."""

import re
from pathlib import Path

ALLOWED = Path(__file__).with_name("allowed_logs.txt")
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ )", re.MULTILINE)
GRAVE = re.compile(r"\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (odoo\S*): ")


def rules(path):
    """The rules of an allow-list: one regular expression a line, its reason behind #.

    :return: ``[(compiled expression, reason)]``
    """
    pairs = (line.partition("#")[::2] for line in path.read_text().splitlines())
    return [(re.compile(rule.strip()), reason.strip()) for rule, reason in pairs if rule.strip()]


def allowed(path=ALLOWED):
    """The expressions of an allow-list."""
    return [rule for rule, _reason in rules(path)]


def grave_records(text):
    """Odoo's warnings and errors in the text of a log, each with its lines."""
    return [record.rstrip() for record in RECORD.split(text) if GRAVE.match(record)]


def unexpected(text, lists=(ALLOWED,)):
    """Those of them that no allow-list knows."""
    known = [rule for path in lists for rule in allowed(path)]
    return [record for record in grave_records(text) if not any(rule.search(record) for rule in known)]
