"""One Odoo on one database that measures what it is told: a job a line on stdin, its cost a line on stdout.

Each measured run is rolled back. Seconds are those of the processor, Odoo's and its PostgreSQL process's, so
that other work on the machine hardly counts.
"""

import gc
import json
import sys
import time
from pathlib import Path

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

from benchmarks import inspections, scenarios


def main():
    configuration, database = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed is no answer
    odoo.tools.config.parse_config(["-c", configuration, "-d", database, "--log-level", "warn"])
    registry = Registry(database)
    for line in sys.stdin:
        order = json.loads(line)
        answer = prepare(registry, **order) if order.pop("prepare", False) else measure(registry, **order)
        print(json.dumps(answer), file=answers, flush=True)


def prepare(registry, job, arguments):
    """Carry out a step that stays."""
    with registry.cursor() as cr:
        return _find(job)(Environment(cr, SUPERUSER_ID, {}), **arguments)


def measure(registry, job, arguments, repeat):
    """The mean cost of a job, flushed and rolled back each time; None where the code has no such job."""
    seconds = queries = 0
    for _each in range(repeat):
        with registry.cursor() as cr:
            cr.commit = cr.flush  # a job that commits its progress is undone all the same
            env = Environment(cr, SUPERUSER_ID, {})
            work = _find(job)(env, **arguments)
            if work is None:
                cr.rollback()
                return None
            env.flush_all()
            env.invalidate_all()
            cr.execute("SELECT pg_backend_pid()")
            backend = Path(f"/proc/{cr.fetchone()[0]}/schedstat")
            gc.collect()
            count, start = cr.sql_log_count, _busy(backend)
            work()
            env.flush_all()
            seconds += _busy(backend) - start
            queries += cr.sql_log_count - count
            cr.rollback()
            del cr.commit
    return {"seconds": seconds / repeat, "queries": round(queries / repeat)}


def _find(job):
    return getattr(scenarios, job, None) or getattr(inspections, job)


def _busy(backend):
    """Seconds of the processor that this process and its server process have used."""
    server = int(backend.read_text().split()[0]) / 1e9 if backend.exists() else 0
    return time.process_time() + server


if __name__ == "__main__":
    main()
