"""The verbs behind make: ``python3 -m workbench <verb>``."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

from . import (
    ADDONS,
    HOME,
    LAYOUT,
    ROOT,
    benching,
    doctor,
    linting,
    odoo_source,
    postgres,
    python_env,
    stock_suites,
    testing,
)
from .console import WorkbenchError, step, tail
from .databases import LANGUAGE, Bench, content_key, own_addons
from .locks import exclusive


def bench():
    """Everything set up that Odoo needs."""
    check_layout()
    with exclusive("build"):
        doctor.install_missing()
        tree = odoo_source.locate()
        python = python_env.environment("odoo")
        site = python_env.put_on_path(python, tree.python_path)
        ready = Bench(tree, python, postgres.server(site))
        ready.sweep()
    return ready


def check_layout():
    """Refuse a .workbench that an older version of these scripts made."""
    HOME.mkdir(exist_ok=True)
    stamp = HOME / "LAYOUT"
    with exclusive("build"):
        if stamp.exists() and stamp.read_text().strip() not in (LAYOUT, ""):  # empty: killed while it was written
            raise WorkbenchError(f"{HOME} was made by another version of the workbench.", "Call “make reset” once.")
        stamp.write_text(LAYOUT)


def check_port(port):
    """Refuse a port that is taken, or is none, before anything is started on it.

    :return: the number
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (ValueError, OverflowError, PermissionError) as error:
            raise WorkbenchError(
                f"{port} is no port to serve at: {error}.", "Choose one: make run PORT=8070"
            ) from error
        except OSError as error:
            raise WorkbenchError(
                f"Port {port} is taken.", "Call “make stop”, or choose another: make run PORT=8070"
            ) from error
    return int(port)


def run(*_arguments):
    """Serve the demo company."""
    port = check_port(os.environ.get("PORT") or 8069)
    ready = bench()
    name = ready.demo()
    check_port(port)  # building takes minutes, and another may have taken it
    key = HOME / "demo.key"
    if not key.exists() or key.read_text() != content_key():
        print("The addons have changed since the demo database was built: “make update” brings it up to date.")
    print(f"Odoo {ready.tree.version}: http://localhost:{port}")
    print("admin / admin; the other users stand in README.md. Ctrl-C ends it.", flush=True)
    log = HOME / "logs" / "serve.log"
    log.parent.mkdir(exist_ok=True)
    command = [ready.python, "-m", "odoo", "-c", ready.configuration(), "-d", name, "--db-filter", f"^{name}$"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in [*command, "--http-port", port]],
            env=ready.server.environment,
            stdout=out,
            stderr=out,
        )
        pid = HOME / f"serve-{port}.pid"
        pid.write_text(str(process.pid))
        try:
            announce(process, port)
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            return 0
        finally:
            pid.unlink(missing_ok=True)  # its number may soon be another process's


def announce(process, port):
    """Say when the server answers, or that it ended before."""
    start = time.monotonic()
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            print(f"It answers, after {time.monotonic() - start:.0f} s. Its log: make logs", flush=True)
            return
    raise WorkbenchError("Odoo ended before it answered.", "Its log says why: make logs")


def update(*_arguments):
    """Bring the demo database up to the code on the disk."""
    ready = bench()
    name = ready.demo()
    with step("Updating our addons"):
        log = HOME / "logs" / "update.log"
        addons = ",".join(ready.main_addons())  # -i for those that are new, -u for the rest
        ready.odoo("-d", name, "-i", addons, "-u", addons, "--stop-after-init", "--no-http", log=log)
    (HOME / "demo.key").write_text(content_key())


def test(*arguments):
    """Run the whole suite, or what is named."""
    return testing.run_tests(bench(), arguments)


def lint(*names):
    """Run the linters, or those that are named."""
    check_layout()
    with exclusive("build"):
        python = python_env.environment("lint")
    code = linting.run_linters(python, names)
    if names:
        return code
    ready = bench()
    code = linting.run_odoo_checkers(ready) or code
    with exclusive("lint"):
        return linting.run_test_lint(ready) or code


def test_stock(*arguments):
    """Run Odoo's own suites without and with our addons, and name each difference."""
    ready = bench()
    with exclusive("test-stock"):
        return stock_suites.run_suites(ready, arguments)


def test_install(*arguments):
    """Run the tests that install, upgrade and uninstall our addons."""
    return testing.run_install_tests(bench(), arguments)


def bench_figures(runs=benching.RUNS, only=None, *_arguments):
    """Measure what our duties cost against stock Odoo and peers; “feasibility” and “inspection” measure that part alone."""
    ready = bench()
    with exclusive("bench"):
        return benching.Benchmark(ready, int(runs)).run(only)


def i18n(*_arguments):
    """Export the terms of our addons; translations that exist are kept."""
    ready = bench()
    name = ready.throw_away("i18n", ready.bridges)
    log = HOME / "logs" / "i18n.log"
    addons = own_addons()
    with tempfile.TemporaryDirectory() as folder:
        kept = {}
        for catalogue in ADDONS.glob(f"*/i18n/{LANGUAGE}.po"):
            kept[catalogue] = shutil.copy(catalogue, f"{folder}/{catalogue.parent.parent.name}.po")
        ready.odoo("i18n", "export", "-d", name, "-l", "pot", LANGUAGE, "--", *addons, log=log)
        for catalogue, before in kept.items():
            command = [ready.python, "-m", "workbench.catalogues", before, catalogue]
            subprocess.run([str(part) for part in command], check=True, cwd=ROOT)
    ready.remove(name)


def screens(*wanted):
    """Take the pictures of docs/images anew, or those of the pages named."""
    ready, name = bench(), "screens"
    ready.demo()
    if (HOME / "demo.key").read_text() != content_key():
        update()
    ready.copy("demo", name)
    try:
        with step("Telling the story of the pictures"):
            story = (ROOT / "workbench" / "screens_story.py").read_text()
            told = ready.odoo("shell", "-d", name, "--no-http", "--log-level=warn", input=story).stdout
            ids = next(line for line in told.splitlines() if "STORY " in line).partition("STORY ")[2]
        with step("Taking the pictures"), serving(ready, name) as base:
            images = ROOT / "docs" / "images"
            subprocess.run(
                [str(part) for part in (ready.python, "-m", "workbench.screens", base, images, ids, *wanted)],
                check=True,
                env={**ready.server.environment, "PYTHONPATH": str(ROOT)},
            )
    finally:
        ready.remove(name)


@contextmanager
def serving(ready, name):
    """Serve a database on a free port while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = HOME / "logs" / f"serve-{name}.log"
    command = [ready.python, "-m", "odoo", "-c", ready.configuration(), "-d", name, "--db-filter", f"^{name}$"]
    command += ["--http-port", port, "--max-cron-threads", 0]
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in command], env=ready.server.environment, stdout=out, stderr=out
        )
        try:
            announce(process, port)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def shell(*_arguments):
    """Odoo's shell on the demo database."""
    ready = bench()
    ready.odoo("shell", "-d", ready.demo(), quiet=False)


def psql(*_arguments):
    """psql on the demo database."""
    ready = bench()
    return subprocess.run([ready.server.binaries / "psql", "-d", ready.demo()], env=ready.server.environment).returncode


def logs(*_arguments):
    """Follow the server's log."""
    return subprocess.run(["tail", "-n", "100", "-f", HOME / "logs" / "serve.log"]).returncode


def stop(*_arguments):
    """Stop Odoo and PostgreSQL."""
    for pid in HOME.glob("serve-*.pid"):
        subprocess.run(["kill", pid.read_text()], capture_output=True)
        pid.unlink(missing_ok=True)
    postgres.stop()


def reset(*_arguments):
    """Delete everything that the workbench made; downloads stay in the cache."""
    with exclusive("build"):
        stop()
        postgres.remove()
        shutil.rmtree(HOME, ignore_errors=True)
    print("Removed. “make run” or “make test” builds everything anew.")


def check(*_arguments):
    """Say what is missing on this machine."""
    return doctor.report()


VERBS = {
    "run": run,
    "test": test,
    "test-stock": test_stock,
    "test-install": test_install,
    "bench": bench_figures,
    "lint": lint,
    "i18n": i18n,
    "screens": screens,
    "update": update,
    "shell": shell,
    "psql": psql,
    "logs": logs,
    "stop": stop,
    "reset": reset,
    "doctor": check,
}


def complain(error, remedy):
    """Say what is wrong and what to do.

    :return: exit code
    """
    print(f"\n{error}\n→ {remedy}", file=sys.stderr)
    return 1


def main():
    """Entry of the command line."""
    verb, *arguments = sys.argv[1:] or [""]
    if verb not in VERBS:
        print("\n".join(f"{name:8} {function.__doc__}" for name, function in VERBS.items()))
        return 2
    try:
        python_env.check_python()
        return VERBS[verb](*arguments) or 0
    except WorkbenchError as error:
        return complain(error, error.remedy)
    except subprocess.CalledProcessError as error:
        words = " ".join(str(part) for part in error.cmd)
        return complain(f"This command failed:\n  {words}\n{tail(error.stderr)}", "Mend the cause, then call it again.")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return complain(error, "Free some space and call the same command again; what is done is kept.")
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
