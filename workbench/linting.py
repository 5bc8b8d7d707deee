"""The linters, in an environment of their own, and Odoo's own test_lint in a throw-away database."""

import os
import re
import subprocess

from . import ADDONS, HOME, ROOT, logs, own_addons
from .console import WorkbenchError, step

# matters of taste, and demo users who log in at once
PETTY = ("xml-header-wrong", "xml-field-numeric-without-eval", "xml-create-user-wo-reset-password", "missing-readme")
PETTY_PO = ("po-pretty-format",)  # Odoo's own export breaks lines in another way


def run_linters(python):
    """Run every linter, even when one complains.

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
    for name, command in commands.items():
        with step(name):
            code = subprocess.run([str(part) for part in command], cwd=ROOT).returncode or code
    return code


def run_test_lint(bench):
    """Run Odoo's test_lint; it looks at every addon, so only complaints that name one of ours count.

    :return: exit code
    """
    name, log = f"lint_{os.getpid()}", HOME / "logs" / "test_lint.log"
    log.unlink(missing_ok=True)
    bench.copy(bench.test(), name)
    options = ["--test-tags", "/test_lint", "--stop-after-init", "--no-http"]
    try:
        with step("test_lint"):
            bench.odoo("-d", name, "-i", "test_lint", *options, tests=True, log=log)
    except WorkbenchError:
        pass  # whoever failed, the log tells whether it was one of ours
    finally:
        bench.remove(name)
    text = log.read_text(errors="replace")
    ran = re.search(r"of (\d+) tests", text)
    if not ran or int(ran[1]) == 0:
        raise WorkbenchError("Odoo's test_lint did not run.", f"The whole log: {log}")
    complaints = logs.naming(own_addons(), text)
    print("\n".join(complaints) or f"  {ran[1]} tests; none complains of our addons")
    return bool(complaints)
