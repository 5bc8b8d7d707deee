"""What the tests of installing, upgrading and uninstalling share: Odoo, its databases, and ways to look into them."""

import json
import os

import pytest

from workbench import HOME, __main__, logs


class Company:
    """A throw-away database and what is done with it."""

    def __init__(self, bench, name):
        self.bench, self.name = bench, name
        self.log = HOME / "logs" / f"{name}.log"

    def odoo(self, *options):
        """Run Odoo to its end; whatever it complains of fails the test."""
        self.log.unlink(missing_ok=True)
        self.bench.odoo("-d", self.name, *options, "--stop-after-init", "--no-http", log=self.log)
        complaints = logs.unexpected(self.log.read_text(errors="replace"))
        self.log.unlink()
        assert not complaints, "\n".join(complaints[:5])

    def shell(self, code):
        """Run Python code in Odoo's shell and keep what it did."""
        code += "\nenv.cr.commit()\n"
        self.bench.odoo("shell", "-d", self.name, "--no-http", input=code.encode(), log=self.log)
        self.log.unlink()

    def rows(self, select):
        """Rows of a statement, each as a list."""
        wrapped = f"SELECT to_json(array_agg(selected)) FROM ({select}) selected"
        (line,) = self.bench.server.sql(wrapped, self.name)
        return [list(row.values()) for row in json.loads(line or "null") or []]


@pytest.fixture(scope="session")
def bench():
    """Odoo, its Python and its PostgreSQL."""
    return __main__.bench()


@pytest.fixture
def company(bench):
    """Makes throw-away copies of a template, or an empty database."""
    made = []

    def make(template=None):
        name = f"install_{os.getpid()}_{len(made)}"
        if template:
            bench.copy(template, name)
        else:
            bench.remove(name)
            bench.server.create(name)
        made.append(name)
        return Company(bench, name)

    yield make
    for name in made:
        bench.remove(name)
