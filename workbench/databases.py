"""Databases, built once and kept as templates whose names tell what they were built from."""

import atexit
import functools
import itertools
import os
import re
import shutil
import subprocess

from . import ADDONS, BRIDGED_APPS, HOME, STOCK_APPS, TEST_ADDONS, installable, own_addons, short_hash
from .console import WorkbenchError, need_space, run, step, tail
from .locks import exclusive, is_running
from .logs import unexpected

LANGUAGE = "zh_CN"  # that we translate into
LANGUAGES = f"en_US,{LANGUAGE}"  # the first is that of new users; one that is not named is not active at all
IGNORED = ("__pycache__", "/static/description/", "/readme/", "/tests/test_")
THROW_AWAY = re.compile(r"(?:run|lint|i18n|suite|bench|install)_(\d+)(?:_|$)")


def _one_at_a_time(build):
    """Templates are built by one command at a time; another that needs the same waits and finds it there."""

    @functools.wraps(build)
    def locked(*arguments, **options):
        with exclusive("build"):
            return build(*arguments, **options)

    return locked


class Bench:
    """Odoo, its Python and its PostgreSQL together: what every command works with."""

    def __init__(self, tree, python, server):
        self.tree, self.python, self.server = tree, python, server
        self.data = HOME / "data"
        # what only this command uses; a second one beside it has its own
        self.scratch = HOME / "running" / str(os.getpid())
        atexit.register(shutil.rmtree, self.scratch, ignore_errors=True)

    def configuration(self, tests=False, database=None, addons=()):
        """Write a configuration file of this command's own and return its path.

        :param database: the only one, where pytest-odoo has to read it from the file
        :param addons: further folders of addons
        """
        paths = [*self.tree.addons_paths, ADDONS, *([TEST_ADDONS] if tests and TEST_ADDONS.exists() else []), *addons]
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
            **({"db_name": database} if database else {}),
        }
        self.scratch.mkdir(parents=True, exist_ok=True)
        target = self.scratch / f"odoo-{'test' if tests else 'serve'}{f'-{database}' if database else ''}.conf"
        target.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items()))
        target.chmod(0o600)
        return target

    def odoo(self, *arguments, tests=False, addons=(), log=None, **options):
        """Run Odoo's command line to its end."""
        words = list(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))
        # after the command's words, and before any “--” that ends the options
        configuration = self.configuration(tests, addons=addons)
        command = [self.python, "-m", "odoo", *words, "-c", configuration, *arguments[len(words) :]]
        try:
            return run(command, log=log, **{"env": self.server.environment, **options})
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

    def sweep(self):
        """Remove what killed commands left: throw-away databases and folders named after a process that is gone."""
        for folder in (HOME / "running").glob("*"):
            if not is_running(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
        if self.server.is_private:  # the numbers in names are of processes of this machine
            for name in self.server.sql("SELECT datname FROM pg_database"):
                if (found := THROW_AWAY.match(name)) and not is_running(found[1]):
                    self.remove(name)

    def _keep(self, building, name):
        # the files first: a database of this name says that all of it is there
        shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)
        if (self.data / "filestore" / building).exists():
            (self.data / "filestore" / building).rename(self.data / "filestore" / name)
        self.server.rename(building, name)

    # What is built

    def throw_away(self, purpose, template=None):
        """A copy of a template, that of the tests by default, for this command alone.

        While it is taken nobody drops the template; afterwards nobody needs it.

        :param template: the method that builds it
        """
        name = f"{purpose}_{os.getpid()}"
        with exclusive("build"):
            self.copy((template or self.test)(), name)
        return name

    @_one_at_a_time
    def stock(self, demo, languages=LANGUAGES):
        """Template: Odoo with the apps that ours stand on.

        :param languages: loaded, the first being that of every user; None where nothing but English is wanted, as
            Odoo's own tests want it
        """
        kind = "demo" if demo else "bare" if languages else "plain"
        name = f"stock_{kind}_{short_hash(self.tree.version, STOCK_APPS, languages)}"
        if not self.server.exists(name):
            with step(f"Building the stock database ({kind}, some minutes)"):
                self._install(None, name, STOCK_APPS, *(["--with-demo"] if demo else []), languages=languages)
        return name

    @_one_at_a_time
    def ours(self):
        """Template: our addons on the plain stock database, nothing else, nothing in force."""
        stock = self.stock(demo=False, languages=None)
        name = f"ours_{short_hash(stock, content_key(ADDONS))}"
        if not self.server.exists(name):
            for old in self.server.sql("SELECT datname FROM pg_database WHERE datname ~ '^ours_[0-9a-f]{8}$'"):
                self.remove(old)
            with step("Installing our addons on the stock database"):
                self._install(stock, name, self.main_addons(), languages=None)
        return name

    @_one_at_a_time
    def bridged(self):
        """Template: the stock database with the apps that our bridges join."""
        stock = self.stock(demo=False)
        name = f"stock_bridged_{short_hash(stock, BRIDGED_APPS)}"
        if not self.server.exists(name):
            with step("Adding the apps that our bridges join (some minutes)"):
                self._install(stock, name, BRIDGED_APPS)
        return name

    def main_addons(self, among=ADDONS):
        """Our addons that need no more than the stock apps: all but the bridges."""
        return installable(STOCK_APPS, self.tree.addons_paths, among)

    def bridge_addons(self, among=ADDONS):
        """Our addons that join further apps."""
        return sorted(set(own_addons(among)) - set(self.main_addons(among)))

    @_one_at_a_time
    def test(self):
        """Template: our addons without demo data, as they are on the disk."""
        return self._ours("test", self.stock(demo=False), [*self.main_addons(), *self.main_addons(TEST_ADDONS)])

    @_one_at_a_time
    def bridges(self):
        """Template: the same with the bridges and the apps that they join."""
        return self._ours("bridges", self.bridged(), [*own_addons(), *self.bridge_addons(TEST_ADDONS)])

    def _ours(self, kind, stock, addons):
        name = f"{kind}_{short_hash(stock, content_key())}"
        if not self.server.exists(name):
            for old in self.server.sql(f"SELECT datname FROM pg_database WHERE datname ~ '^{kind}_[0-9a-f]{{8}}$'"):
                self.remove(old)
            with step(f"Installing our addons for the tests ({kind})"):
                self._install(stock, name, addons, tests=True)
        return name

    @_one_at_a_time
    def demo(self):
        """The database that is served: the demo company, our policy in force."""
        if not self.server.exists("demo"):
            stock = self.stock(demo=True)
            with step("Installing our addons with their demo data"):
                self._install(stock, "demo", self.main_addons(), "--with-demo")
            (HOME / "demo.key").write_text(content_key())
        return "demo"

    def _install(self, source, name, addons, *options, tests=False, languages=LANGUAGES):
        need_space(HOME, 2)
        if self.server.is_private:
            need_space(self.server.host, 1)
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
            *([f"--load-language={languages}"] if languages else []),
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


def content_key(*folders):
    """What our addons are built from; tests alone don't change it."""
    parts = []
    for folder in folders or (ADDONS, TEST_ADDONS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(mark in path.as_posix() for mark in IGNORED):
                parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    return short_hash(*parts)
