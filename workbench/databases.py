"""Databases, built once and kept as templates whose names tell what they were built from."""

import itertools
import shutil
import subprocess

from . import ADDONS, HOME, STOCK_APPS, TEST_ADDONS, own_addons, short_hash
from .console import WorkbenchError, need_space, run, step, tail
from .logs import unexpected

LANGUAGE = "zh_CN"  # that we translate into
LANGUAGES = f"en_US,{LANGUAGE}"  # the first is that of new users; one that is not named is not active at all
IGNORED = ("__pycache__", "/static/description/", "/readme/", "/tests/test_")


class Bench:
    """Odoo, its Python and its PostgreSQL together: what every command works with."""

    def __init__(self, tree, python, server):
        self.tree, self.python, self.server = tree, python, server
        self.data = HOME / "data"

    def configuration(self, tests=False):
        """Write Odoo's configuration file and return its path."""
        paths = [*self.tree.addons_paths, ADDONS, *([TEST_ADDONS] if tests and TEST_ADDONS.exists() else [])]
        options = {
            "addons_path": ",".join(str(path) for path in paths),
            "data_dir": self.data,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "http_interface": "127.0.0.1",
            "max_cron_threads": 0 if tests else 1,
            "server_wide_modules": "base,rpc,web",
            **({"db_password": self.server.password} if self.server.password else {}),
        }
        target = HOME / ("odoo-test.conf" if tests else "odoo.conf")
        target.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items()))
        target.chmod(0o600)
        return target

    def odoo(self, *arguments, tests=False, log=None, **options):
        """Run Odoo's command line to its end."""
        words = list(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))
        # after the command's words, and before any “--” that ends the options
        command = [self.python, "-m", "odoo", *words, "-c", self.configuration(tests), *arguments[len(words) :]]
        try:
            return run(command, log=log, env=self.server.environment, **options)
        except subprocess.CalledProcessError as error:
            output = log.read_text(errors="replace") if log else error.stderr
            raise WorkbenchError(f"Odoo stopped with an error:\n{tail(output, 30)}", f"The whole log: {log}") from error

    # Copies

    def copy(self, source, target):
        """A database with its files as copy of another."""
        self.remove(target)
        self.server.create(target, source)
        files = self.data / "filestore" / source
        if files.exists():
            shutil.copytree(files, self.data / "filestore" / target)

    def remove(self, name):
        """Drop a database and its files."""
        self.server.drop(name)
        shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)

    def _keep(self, building, name):
        self.server.rename(building, name)
        shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)
        if (self.data / "filestore" / building).exists():
            (self.data / "filestore" / building).rename(self.data / "filestore" / name)

    # What is built

    def stock(self, demo):
        """Template: Odoo with the apps that ours stand on."""
        name = f"stock_{'demo' if demo else 'bare'}_{short_hash(self.tree.version, STOCK_APPS, LANGUAGES)}"
        if not self.server.exists(name):
            with step(f"Building the stock database ({'with' if demo else 'without'} demo data, some minutes)"):
                self._install(None, name, STOCK_APPS, *(["--with-demo"] if demo else []))
        return name

    def test(self):
        """Template: our addons without demo data, as they are on the disk."""
        addons = [*own_addons(), *own_addons(TEST_ADDONS)]
        stock = self.stock(demo=False)
        name = f"test_{short_hash(stock, content_key())}"
        if not self.server.exists(name):
            for old in self.server.sql("SELECT datname FROM pg_database WHERE datname ~ '^test_[0-9a-f]{8}$'"):
                self.remove(old)
            with step("Installing our addons for the tests"):
                self._install(stock, name, addons, tests=True)
        return name

    def demo(self):
        """The database that is served: the demo company, our policy in force."""
        if not self.server.exists("demo"):
            stock = self.stock(demo=True)
            with step("Installing our addons with their demo data"):
                self._install(stock, "demo", own_addons(), "--with-demo")
            (HOME / "demo.key").write_text(content_key())
        return "demo"

    def _install(self, source, name, addons, *options, tests=False):
        need_space(HOME, 2)
        building, log = f"{name}_building", HOME / "logs" / f"{name}.log"
        self.remove(building)
        if source:
            self.copy(source, building)
        else:
            self.server.create(building)
        log.unlink(missing_ok=True)
        self.odoo(
            "-d",
            building,
            "-i",
            ",".join(addons),
            f"--load-language={LANGUAGES}",
            "--stop-after-init",
            "--no-http",
            *options,
            tests=tests,
            log=log,
        )
        if tests and (complaints := unexpected(log.read_text(errors="replace"))):
            raise WorkbenchError(
                "Odoo complained while it installed our addons:\n" + "\n".join(complaints[:10]),
                "Mend the cause, or add a rule with its reason to workbench/allowed_logs.txt.",
            )
        self._keep(building, name)


def content_key():
    """What our addons are built from; tests alone don't change it."""
    parts = []
    for folder in (ADDONS, TEST_ADDONS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(mark in path.as_posix() for mark in IGNORED):
                parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    return short_hash(*parts)
