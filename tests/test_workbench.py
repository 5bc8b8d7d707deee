"""The workbench itself: what it refuses, and that it says how to mend it."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest

import workbench
from workbench import (
    ROOT,
    __main__,
    console,
    databases,
    doctor,
    linting,
    locks,
    logs,
    odoo_source,
    python_env,
    stock_suites,
    testing,
)
from workbench.console import WorkbenchError


@pytest.fixture
def tree(tmp_path):
    """A tiny checkout in the layout of Odoo's repository, committed on branch 19.0."""
    source = tmp_path / "upstream"
    (source / "odoo" / "addons" / "base").mkdir(parents=True)
    (source / "addons").mkdir()
    (source / "odoo" / "release.py").write_text("version_info = (19, 0)\n")
    git = ["git", "-C", source, "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", "init", "-q", "-b", "19.0", source], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "tree"], check=True)
    return source


def dangling_package(target):
    """An unpacked package whose link leads to a file of another package."""
    link = target / odoo_source.DIST / "odoo" / "addons" / "web" / "font.ttf"
    link.parent.mkdir(parents=True)
    link.symlink_to("/usr/share/fonts/font.ttf")
    return link


def test_absolute_links_are_led_into_the_tree(tmp_path):
    link = dangling_package(tmp_path)
    (tmp_path / "usr" / "share" / "fonts").mkdir(parents=True)
    (tmp_path / "usr" / "share" / "fonts" / "font.ttf").write_text("font")
    odoo_source.relink(tmp_path)
    assert link.read_text() == "font"
    assert not os.path.isabs(os.readlink(link)), "the tree must survive being moved"


def test_link_that_leads_nowhere_is_refused_by_name(tmp_path):
    dangling_package(tmp_path)
    with pytest.raises(WorkbenchError, match="font.ttf"):
        odoo_source.relink(tmp_path)


def test_no_link_of_the_odoo_in_use_leads_nowhere():
    tree = ROOT / ".workbench" / "odoo" / odoo_source.DIST
    if not tree.exists():
        pytest.skip("Odoo comes from a checkout here")
    assert not [path for path in tree.rglob("*") if path.is_symlink() and not path.exists()]


def test_odoo_is_on_the_python_path_once():
    """It is a package without __init__: two of them would be mixed without a word."""
    found = [entry for entry in map(Path, sys.path) if (entry / "odoo" / "release.py").exists()]
    assert len({entry.resolve() for entry in found}) == 1


def test_odoo_git_is_cloned_from_another_repository(tree, tmp_path):
    target = tmp_path / "clone"
    version = odoo_source.clone(tree.as_uri(), target)
    assert version.startswith("19.0 clone ")
    found = odoo_source.checkout(target)
    assert found.python_path == target and found.addons_paths == [target / "addons"]


def test_odoo_source_is_taken_as_it_is(tree, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(tree))
    assert odoo_source.locate().python_path == tree


def test_odoo_source_that_is_none_is_refused(tmp_path):
    with pytest.raises(WorkbenchError, match="no checkout") as caught:
        odoo_source.checkout(tmp_path)
    assert "ODOO_SOURCE" in caught.value.remedy


def test_repository_that_cannot_be_reached_names_both_ways_out(tmp_path):
    with pytest.raises(WorkbenchError) as caught:
        odoo_source.clone((tmp_path / "nowhere").as_uri(), tmp_path / "clone")
    assert "ODOO_SOURCE" in caught.value.remedy and "ODOO_GIT" in caught.value.remedy


def test_busy_port_is_refused_with_the_remedy():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(WorkbenchError, match="is taken") as caught:
            __main__.check_port(other.getsockname()[1])
    assert "PORT=" in caught.value.remedy


def test_workbench_of_another_version_asks_for_a_reset(tmp_path, monkeypatch):
    for module in (__main__, locks):
        monkeypatch.setattr(module, "HOME", tmp_path)
    __main__.check_layout()
    __main__.check_layout()
    (tmp_path / "LAYOUT").write_text("0")
    with pytest.raises(WorkbenchError) as caught:
        __main__.check_layout()
    assert "make reset" in caught.value.remedy


def test_full_disk_is_told_before_a_step_begins(tmp_path):
    with pytest.raises(WorkbenchError, match="free"):
        console.need_space(tmp_path, 10**9)


def test_python_without_locks_is_refused_by_the_names_of_those_that_have_them(monkeypatch):
    monkeypatch.setattr(python_env, "TAG", "py39")
    with pytest.raises(WorkbenchError) as caught:
        python_env.check_python()
    assert "3.11" in str(caught.value) and "3.13" in str(caught.value)
    assert "PYTHON=python3." in caught.value.remedy


@pytest.mark.parametrize("port", ["http", "70000", "-1"])
def test_port_that_is_none_is_refused(port):
    with pytest.raises(WorkbenchError, match="is no port") as caught:
        __main__.check_port(port)
    assert "PORT=" in caught.value.remedy


@pytest.mark.parametrize(
    "error, remedy",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Free some space"),
        (subprocess.CalledProcessError(1, ["dpkg", "-x"], stderr="broken archive"), "call it again"),
    ],
)
def test_what_goes_wrong_in_the_middle_is_told_without_a_traceback(error, remedy, monkeypatch, capsys):
    def fail():
        raise error

    monkeypatch.setitem(__main__.VERBS, "stop", fail)
    monkeypatch.setattr(sys, "argv", ["workbench", "stop"])
    assert __main__.main() == 1
    said = capsys.readouterr().err
    assert remedy in said and (error.strerror if isinstance(error, OSError) else "broken archive") in said


def test_suite_refuses_to_run_without_a_browser(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(WorkbenchError, match="Chromium"):
        testing.run_tests(None, ())


def test_error_is_printed_with_its_remedy_and_without_a_traceback(tmp_path):
    environment = {**os.environ, "ODOO_SOURCE": str(tmp_path), "PORT": "0"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv = ['', 'psql']; from workbench.__main__ import main; exit(main())",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "ODOO_SOURCE" in done.stderr


def test_changed_addon_gives_another_key(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "ADDONS", tmp_path)
    monkeypatch.setattr(databases, "TEST_ADDONS", tmp_path / "none")
    model = tmp_path / "addon" / "models" / "model.py"
    model.parent.mkdir(parents=True)
    model.write_text("a = 1\n")
    before = databases.content_key()
    model.write_text("a = 2\n")
    assert databases.content_key() != before


def addon(folder, name, *depends):
    """An addon that is nothing but its manifest."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__manifest__.py").write_text(repr({"name": name, "depends": list(depends)}))


def test_addon_that_needs_a_further_app_is_a_bridge(tmp_path, monkeypatch):
    ours, theirs, toys = tmp_path / "ours", tmp_path / "theirs", tmp_path / "toys"
    for name, *depends in (("sale", "base"), ("till", "sale"), ("stock", "base"), ("sale_stock", "sale", "stock")):
        addon(theirs, name, *depends)
    for name, *depends in (
        ("guard", "sale_stock"),
        ("care", "guard"),
        ("guard_till", "guard", "till"),
        ("more", "guard_till"),
    ):
        addon(ours, name, *depends)
    addon(toys, "toy", "guard")
    addon(toys, "toy_till", "guard", "till")
    monkeypatch.setattr(workbench, "ADDONS", ours)
    monkeypatch.setattr(workbench, "TEST_ADDONS", toys)
    monkeypatch.setattr(workbench, "own_addons", lambda folder=ours: sorted(path.name for path in folder.iterdir()))
    for apps, addons, tests in (
        (["sale_stock"], ["care", "guard"], ["toy"]),
        (["sale_stock", "till"], ["care", "guard", "guard_till", "more"], ["toy", "toy_till"]),
    ):
        assert workbench.installable(apps, [theirs], ours) == addons
        assert workbench.installable(apps, [theirs], toys) == tests


def test_tests_of_a_bridge_are_counted_among_the_addons(tmp_path, monkeypatch, capsys):
    bench = types.SimpleNamespace(scratch=tmp_path)
    monkeypatch.setattr(testing, "EXPECTED", tmp_path / "expected.json")
    for half, passed in (("addons", 5), ("bridges", 2), ("outside", 3)):
        (tmp_path / f"counts-{half}.json").write_text(f'{{"passed": {passed}, "browser": 1}}')
    testing.EXPECTED.write_text('{"addons": 7, "browser": 3, "outside": 3}')
    assert testing._check_counts(bench, ["addons", "bridges", "outside"]) == 0
    testing.EXPECTED.write_text('{"addons": 8, "browser": 3, "outside": 3}')
    assert testing._check_counts(bench, ["addons", "bridges", "outside"]) == 1
    assert "addons: 7 of 8" in capsys.readouterr().out


LOG = """2026-01-01 10:00:00,001 7 INFO db odoo.modules.loading: loading
2026-01-01 10:00:00,002 7 WARNING db py.warnings: old habit in quality_service_guard
2026-01-01 10:00:00,003 7 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: TestIndex
Traceback (most recent call last):
AssertionError: quality_service_guard.model.line has no index
2026-01-01 10:00:00,004 7 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: sale
2026-01-01 10:00:00,005 7 WARNING db odoo.http: missing --http-interface
"""


def test_complaint_of_a_linter_counts_whoever_is_named():
    complaints = logs.unexpected(LOG, [logs.ALLOWED, linting.ALLOWED])
    assert len(complaints) == 2
    assert complaints[0].endswith("has no index") and complaints[1].endswith("FAIL: sale")


def test_allowed_warning_is_not_unexpected():
    assert [record.split()[3] for record in logs.unexpected(LOG)] == ["ERROR", "ERROR"]


@pytest.mark.parametrize("path", [logs.ALLOWED, linting.ALLOWED, stock_suites.DUTIES], ids=lambda path: path.name)
def test_every_rule_of_an_allow_list_has_a_reason(path):
    assert all(reason for _rule, reason in logs.rules(path))


# What is missing on the machine


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has only the given programs; each answers as told."""

    def make(**programs):
        for name, answer in programs.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return make


POLICY = """case "$2" in wkhtmltopdf) echo "Candidate: (none)";; *) echo "Candidate: 1.0";; esac"""


def test_doctor_offers_only_what_apt_can_install(machine, capsys):
    machine(**{"apt-get": "exit 1", "apt-cache": POLICY, "git": "", "dpkg": ""})
    assert doctor.report() == 1
    said = capsys.readouterr().out
    assert "sudo apt-get install chromium fonts-noto-cjk\n" in said
    assert "apt has no wkhtmltopdf here" in said and "prints no PDF" in said


def test_ordinary_user_without_sudo_goes_on_without_what_is_missing(machine, monkeypatch):
    machine(**{"apt-get": "exit 1", "apt-cache": POLICY})
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert "chromium" in doctor.install_missing()


# Two commands in one tree


HOLDER = """
import sys, time
from pathlib import Path
from workbench import locks
sys.argv = ["workbench", "lint"]
locks.HOME = Path({home!r})
with locks.exclusive("build"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """Another command that holds the lock “build”."""
    monkeypatch.setattr(locks, "HOME", tmp_path)
    code = HOLDER.format(home=str(tmp_path))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_second_command_waits_and_says_for_whom(holder, capsys):
    threading.Timer(1, holder.kill).start()
    with locks.exclusive("build"):
        assert holder.wait(timeout=30) == -signal.SIGKILL, "it was let in before the other had ended"
    assert f"“make lint” (process {holder.pid})" in capsys.readouterr().out


def test_killed_command_holds_no_lock(holder, capsys):
    holder.kill()
    holder.wait()
    with locks.exclusive("build"):
        pass
    assert "Waiting" not in capsys.readouterr().out


def test_killed_command_takes_its_children_along():
    code = "from workbench import console; console.run(['sh', '-c', 'echo $$ >&2; exec sleep 60'], quiet=False)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    child = int(process.stderr.readline())
    assert locks.is_running(child)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child), "it would sleep for a minute"


def is_alive(pid):
    """Whether a process works still; one that nobody has buried yet doesn't."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_command_does_not_wait_for_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "HOME", tmp_path)
    with locks.exclusive("build"), locks.exclusive("build"):
        pass


def test_lock_that_a_reset_took_away_is_taken_anew(holder, tmp_path):
    (tmp_path / "build.lock").unlink()
    with locks.exclusive("build"):
        assert holder.poll() is None, "the old file says nothing any more"


class FakeServer:
    """A server that remembers which databases there are."""

    host, port, user, password, is_private = "/socket", 5432, "odoo", None, True

    def __init__(self, *names):
        self.names = list(names)

    def sql(self, _statement):
        return self.names.copy()

    def drop(self, name):
        self.names.remove(name)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    for module in (databases, locks):
        monkeypatch.setattr(module, "HOME", tmp_path)
    return databases.Bench(odoo_source.OdooTree(tmp_path, [], "19.0"), Path(sys.executable), FakeServer())


def test_each_command_has_a_configuration_of_its_own(bench):
    serving, testing_one = bench.configuration(), bench.configuration(tests=True, database="run_1")
    assert serving != testing_one and str(os.getpid()) in str(serving)
    assert "db_name = run_1" in testing_one.read_text() and "db_name" not in serving.read_text()


def test_what_a_killed_command_left_is_swept_away_and_nothing_else(bench, tmp_path):
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    gone, here = done.pid, os.getpid()
    kept = ["demo", "stock_bare_12345678", f"run_{here}", f"suite_{here}_with_sale", "test_12345678", "run_for_fun"]
    bench.server = FakeServer(*kept, f"run_{gone}", f"suite_{gone}_with_sale", f"lint_{gone}")
    for pid in (gone, here):
        (tmp_path / "running" / str(pid)).mkdir(parents=True)
    bench.sweep()
    assert bench.server.names == kept
    assert [path.name for path in (tmp_path / "running").iterdir()] == [str(here)]


def test_databases_of_a_server_that_is_not_ours_are_not_swept(bench):
    bench.server = FakeServer("run_999999999")
    bench.server.is_private = False
    bench.sweep()
    assert bench.server.names == ["run_999999999"]
