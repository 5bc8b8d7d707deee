"""What Odoo logs, and what of it nobody has to look at."""

import re
from pathlib import Path

ALLOWED = Path(__file__).with_name("allowed_logs.txt")
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ )", re.MULTILINE)
GRAVE = re.compile(r"\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (odoo\S*): ")


def allowed():
    """The rules of the allow-list: one regular expression a line, its reason behind #."""
    rules = (line.split("#")[0].strip() for line in ALLOWED.read_text().splitlines())
    return [re.compile(rule) for rule in rules if rule]


def grave_records(text):
    """Odoo's warnings and errors in the text of a log, each with its lines."""
    return [record.rstrip() for record in RECORD.split(text) if GRAVE.match(record)]


def unexpected(text):
    """Those of them that the allow-list doesn't know."""
    rules = allowed()
    return [record for record in grave_records(text) if not any(rule.search(record) for rule in rules)]


def naming(addons, text):
    """Those of them that name one of the addons."""
    named = re.compile("|".join(rf"\b{re.escape(addon)}\b" for addon in addons))
    return [record for record in grave_records(text) if named.search(record)]
