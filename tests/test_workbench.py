"""The workbench itself: what it refuses, and that it says how to mend it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import workbench
from workbench import ROOT, __main__, console, databases, logs, odoo_source, python_env, testing
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
    monkeypatch.setattr(__main__, "HOME", tmp_path)
    __main__.check_layout()
    __main__.check_layout()
    (tmp_path / "LAYOUT").write_text("0")
    with pytest.raises(WorkbenchError) as caught:
        __main__.check_layout()
    assert "make reset" in caught.value.remedy


def test_full_disk_is_told_before_a_step_begins(tmp_path):
    with pytest.raises(WorkbenchError, match="free"):
        console.need_space(tmp_path, 10**9)


def test_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (3, 9, 2))
    with pytest.raises(WorkbenchError) as caught:
        python_env.check_python()
    assert "PYTHON=" in caught.value.remedy


def test_python_without_lock_names_those_that_have_one(monkeypatch):
    monkeypatch.setattr(python_env, "TAG", "py399")
    with pytest.raises(WorkbenchError) as caught:
        python_env.environment("odoo")
    assert "311" in str(caught.value) and "313" in str(caught.value)


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
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for name, *depends in (("sale", "base"), ("till", "sale"), ("stock", "base"), ("sale_stock", "sale", "stock")):
        addon(theirs, name, *depends)
    for name, *depends in (
        ("guard", "sale_stock"),
        ("care", "guard"),
        ("guard_till", "guard", "till"),
        ("more", "guard_till"),
    ):
        addon(ours, name, *depends)
    monkeypatch.setattr(workbench, "ADDONS", ours)
    monkeypatch.setattr(workbench, "own_addons", lambda: sorted(path.name for path in ours.iterdir()))
    assert workbench.installable(["sale_stock"], [theirs]) == ["care", "guard"]
    assert workbench.installable(["sale_stock", "till"], [theirs]) == ["care", "guard", "guard_till", "more"]


def test_tests_of_a_bridge_are_counted_among_the_addons(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(testing, "HOME", tmp_path)
    monkeypatch.setattr(testing, "EXPECTED", tmp_path / "expected.json")
    for half, passed in (("addons", 5), ("bridges", 2), ("outside", 3)):
        (tmp_path / f"counts-{half}.json").write_text(f'{{"passed": {passed}, "browser": 1}}')
    testing.EXPECTED.write_text('{"addons": 7, "browser": 3, "outside": 3}')
    assert testing._check_counts(["addons", "bridges", "outside"]) == 0
    testing.EXPECTED.write_text('{"addons": 8, "browser": 3, "outside": 3}')
    assert testing._check_counts(["addons", "bridges", "outside"]) == 1
    assert "addons: 7 of 8" in capsys.readouterr().out


LOG = """2026-01-01 10:00:00,001 7 INFO db odoo.modules.loading: loading
2026-01-01 10:00:00,002 7 WARNING db py.warnings: old habit in quality_service_guard
2026-01-01 10:00:00,003 7 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: TestIndex
Traceback (most recent call last):
AssertionError: quality_service_guard.model.line has no index
2026-01-01 10:00:00,004 7 ERROR db odoo.addons.test_lint.tests.test_index: FAIL: sale
2026-01-01 10:00:00,005 7 WARNING db odoo.http: missing --http-interface
"""


def test_complaints_are_kept_with_their_lines_when_they_name_our_addons():
    (complaint,) = logs.naming(["quality_service_guard"], LOG)
    assert complaint.endswith("has no index")


def test_allowed_warning_is_not_unexpected():
    assert [record.split()[3] for record in logs.unexpected(LOG)] == ["ERROR", "ERROR"]


def test_every_rule_of_the_allow_list_has_a_reason():
    lines = [line for line in logs.ALLOWED.read_text().splitlines() if line and not line.startswith("#")]
    assert all(line.partition("#")[2].strip() for line in lines)
