"""The linters, in an environment of their own."""

import subprocess

from . import ADDONS, ROOT, own_addons
from .console import step

# matters of taste, and demo users who log in at once
PETTY = ("xml-header-wrong", "xml-field-numeric-without-eval", "xml-create-user-wo-reset-password", "missing-readme")


def run_linters(python):
    """Run every linter, even when one complains.

    :return: exit code
    """
    bin_folder, code = python.parent, 0
    addons = [ADDONS / name for name in own_addons()]
    commands = {
        "ruff": [bin_folder / "ruff", "check", "."],
        "pylint-odoo": [bin_folder / "pylint", "--rcfile=.pylintrc", *addons],
        "oca-checks": [bin_folder / "oca-checks-odoo-module", f"--disable={','.join(PETTY)}", *addons],
    }
    for name, command in commands.items():
        with step(name):
            code = subprocess.run([str(part) for part in command], cwd=ROOT).returncode or code
    return code
