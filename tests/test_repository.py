"""What must hold of the files in the repository, whatever Odoo says."""

import ast
import json
import re
import subprocess
from pathlib import Path

import polib
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in (ROOT / "addons").glob("*/__manifest__.py"))
LOCKS = sorted((ROOT / "workbench" / "requirements").glob("*-py*.txt"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]\b|\{\w*\}")
by_addon = pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
by_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)


def tracked():
    """Text files under version control, or all that aren't ignored where some are not yet committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".svg", ".ico", ".jpg", ".woff2"):
            yield name, path.read_text(errors="replace")


def imported_tests(package):
    """Test files that a ``tests/__init__.py`` brings into its namespace, which is where Odoo's loader looks."""
    found = set()
    for node in ast.walk(ast.parse((package / "__init__.py").read_text())):
        if not isinstance(node, ast.ImportFrom) or node.level != 1:
            continue
        folder = package / (node.module or "").replace(".", "/")
        for alias in node.names:
            if alias.name == "*":
                found |= imported_tests(folder)
            elif (alias.asname or alias.name).startswith("test_"):
                found.add(folder / f"{alias.name}.py")
    return found


@by_addon
def test_every_test_file_is_one_that_odoo_itself_would_run(addon):
    on_disk = set((addon / "tests").rglob("test_*.py"))
    assert on_disk, "an addon without tests"
    assert on_disk == imported_tests(addon / "tests")


@by_addon
def test_names_of_test_files_are_unique(addon):
    names = [path.name for path in (addon / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names)), "two modules of one name shadow each other in Odoo's loader"


@by_addon
def test_every_data_file_is_in_the_manifest(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    listed = {*manifest.get("data", []), *manifest.get("demo", [])}
    folders = ("data", "demo", "report", "security", "views", "wizard")
    on_disk = {
        path.relative_to(addon).as_posix()
        for folder in folders
        for path in (addon / folder).rglob("*")
        if path.suffix in (".xml", ".csv")
    }
    assert on_disk == listed


@by_addon
def test_chinese_is_complete_and_keeps_placeholders(addon):
    catalogue = polib.pofile(str(addon / "i18n" / "zh_CN.po"))
    assert len(catalogue), "an empty catalogue"
    lacking = [entry.msgid for entry in catalogue if not entry.obsolete and (not entry.msgstr or entry.fuzzy)]
    assert not lacking
    changed = [
        entry.msgid
        for entry in catalogue
        if sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert not changed


@by_lock
def test_locks_have_hashes_and_name_no_index(lock):
    text = lock.read_text()
    requirements = re.findall(r"^[a-z0-9][\w.\[\]-]*==\S+.*(?:\n    .*)*", text, re.M)
    assert len(requirements) > 5
    assert all("--hash=sha256:" in requirement for requirement in requirements)
    assert "://" not in text and "--index" not in text and "--find-links" not in text


@by_lock
def test_locks_hold_what_was_asked_for(lock):
    wanted = [lock.parent / f"{lock.stem.rsplit('-', 1)[0]}.in"]
    for source in wanted:
        for name in re.findall(r"^([A-Za-z][\w.-]*)[^;\n]*$", source.read_text(), re.M):
            if not name.startswith("#"):
                assert re.search(rf"^{re.escape(name)}\b", lock.read_text(), re.M | re.I), name


@pytest.mark.parametrize("told_in", ["README.md", "docs/workbench.md", "workbench/__init__.py"])
def test_pythons_that_are_told_are_those_that_have_locks(told_in):
    locked = {lock.stem.rsplit("-py", 1)[1] for lock in LOCKS}
    told = re.search(r"\b(3\.\d+) (?:or|and) (3\.\d+)\b", (ROOT / told_in).read_text())
    assert {version.replace(".", "") for version in told.groups()} == locked


def test_no_file_names_a_package_mirror():
    mirror = re.compile(r"(deb|security|snapshot)\.debian\.org|pypi\.org|files\.pythonhosted|registry\.npmjs")
    here = Path(__file__).relative_to(ROOT).as_posix()
    assert not [name for name, text in tracked() if name != here and mirror.search(text)]


def test_pre_commit_calls_the_linters_of_make_lint():
    hooks = [
        hook
        for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
        for hook in repo["hooks"]
    ]
    assert {hook["language"] for hook in hooks} == {"system"}
    linters = [re.fullmatch(r"python3 -m workbench lint (\S+)", hook["entry"])[1] for hook in hooks]
    assert all(f'"{name}": [' in (ROOT / "workbench" / "linting.py").read_text() for name in linters)


def test_nothing_built_is_under_version_control():
    assert not [name for name, _text in tracked() if name.startswith(".workbench") or name.endswith(".pyc")]


def test_expected_counts_are_whole_numbers():
    counts = json.loads((ROOT / "tests" / "expected_counts.json").read_text())
    assert set(counts) == {"addons", "browser", "outside"}
    assert all(isinstance(number, int) for number in counts.values())


def test_every_make_target_is_a_verb_with_a_line_of_help():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)[1].split()
    helped = re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.M)
    assert sorted(phony) == sorted(helped)
    shown = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(f"make {name}" in shown.stdout for name in phony)
