"""The linters, in an environment of their own, and Odoo's own test_lint in a throw-away database."""

import os
import re
import subprocess
from pathlib import Path

from . import ADDONS, HOME, ROOT, logs, own_addons
from .console import WorkbenchError, step

# matters of taste, and demo users who log in at once
PETTY = ("xml-header-wrong", "xml-field-numeric-without-eval", "xml-create-user-wo-reset-password", "missing-readme")
PETTY_PO = ("po-pretty-format",)  # Odoo's own export breaks lines in another way
ALLOWED = Path(__file__).with_name("allowed_lint.txt")
# what Odoo's test_pylint asks for, and its plugins that check it
CHECKS = (
    "used-before-assignment",
    "undefined-variable",
    "eval-used",
    "unreachable",
    "function-redefined",
    "sql-injection",
    "missing-gettext",
    "gettext-variable",
    "gettext-placeholders",
    "gettext-repr",
    "raise-unlink-override",
)
CHECKERS = ("_odoo_checker_sql_injection", "_odoo_checker_gettext", "_odoo_checker_unlink_override")


def run_linters(python, names=()):
    """Run every linter, even when one complains, or those that are named.

    :return: exit code
    """
    bin_folder, code = python.parent, 0
    addons = [ADDONS / name for name in own_addons()]
    catalogues = sorted(ADDONS.glob("*/i18n/*.po"))
    commands = {
        "ruff": [bin_folder / "ruff", "check", "."],
        "pylint-odoo": [bin_folder / "pylint", "--rcfile=.pylintrc", *addons],
        "oca-checks": [bin_folder / "oca-checks-odoo-module", f"--disable={','.join(PETTY)}", *addons],
        "oca-checks-po": [bin_folder / "oca-checks-po", f"--disable={','.join(PETTY_PO)}", *catalogues],
    }
    if unknown := set(names) - set(commands):
        raise WorkbenchError(f"No such linter: {', '.join(sorted(unknown))}.", f"There are: {', '.join(commands)}")
    for name in names or commands:
        with step(name):
            code = subprocess.run([str(part) for part in commands[name]], cwd=ROOT).returncode or code
    return code


def run_odoo_checkers(bench):
    """Run Odoo's own pylint checkers over our addons, as its test_pylint does over everything.

    That test finds no pylint on the path and skips itself: over the whole of Odoo it takes half an hour.

    :return: exit code
    """
    plugins = ("_pylint_path_setup", "pylint.extensions.bad_builtin", *CHECKERS)
    options = [
        f"--rcfile={os.devnull}",
        "--disable=all,useless-option-value,unknown-option-value",
        f"--enable={','.join(CHECKS)}",
        f"--load-plugins={','.join(plugins)}",
        "--bad-functions=input",
        "--score=n",
    ]
    checkers = bench.tree.addon("test_lint") / "tests"
    paths = [*bench.tree.addons_paths, ADDONS]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(path) for path in (checkers, bench.tree.python_path)),
        "ADDONS_PATH": os.pathsep.join(str(path) for path in paths),
    }
    command = [bench.python, "-m", "pylint", *options, *(ADDONS / name for name in own_addons())]
    with step("Odoo's checkers"):
        return subprocess.run([str(part) for part in command], cwd=ROOT, env=environment).returncode


def run_test_lint(bench):
    """Run Odoo's test_lint over all addons; whatever it complains of counts, whoever is named.

    Some tests speak of a table, a file or a line and not of the addon, so nothing but Odoo's own known
    failures (``allowed_lint.txt``) is left out.

    :return: exit code
    """
    log = HOME / "logs" / "test_lint.log"
    log.unlink(missing_ok=True)
    name = bench.throw_away("lint")
    options = ["--test-tags", "/test_lint", "--stop-after-init", "--no-http"]
    try:
        with step("test_lint"):
            bench.odoo("-d", name, "-i", "test_lint", *options, tests=True, log=log)
    except WorkbenchError:
        pass  # a failed test; the log says which
    finally:
        bench.remove(name)
    text = log.read_text(errors="replace")
    ran = re.search(r"of (\d+) tests", text)
    if not ran or int(ran[1]) == 0:
        raise WorkbenchError("Odoo's test_lint did not run.", f"The whole log: {log}")
    complaints = logs.unexpected(text, [logs.ALLOWED, ALLOWED])
    print("\n".join(complaints) or f"  {ran[1]} tests; no complaint but those of allowed_lint.txt")
    return bool(complaints)
