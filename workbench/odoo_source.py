"""Odoo 19 itself: a checkout that is given, Debian's package, or a shallow clone."""

import os
import shutil
import subprocess
from pathlib import Path

from . import CACHE, HOME
from .console import WorkbenchError, need_space, run, step, tail

PACKAGE = "odoo-19"
# what the package links to: from the same suite, and those that must be of the machine's own stable suite
BESIDE = (
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
STABLE = ("fonts-font-awesome", "fonts-inconsolata")
STRIPPED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
DIST = Path("usr/lib/python3/dist-packages")


class OdooTree:
    """Where an Odoo lies: what goes on the Python path, and the addons folders that it doesn't find itself."""

    def __init__(self, python_path, addons_paths, version):
        self.python_path, self.addons_paths, self.version = python_path, addons_paths, version

    def addon(self, name):
        """The folder of one of Odoo's addons."""
        folders = [*self.addons_paths, self.python_path / "odoo" / "addons"]
        return next(folder / name for folder in folders if (folder / name / "__manifest__.py").exists())


def locate():
    """Find Odoo, fetching it where it isn't there yet.

    :rtype: OdooTree
    """
    if source := os.environ.get("ODOO_SOURCE"):
        return checkout(Path(source).resolve())
    ready = HOME / "odoo"
    if not (ready / "VERSION").exists():
        with step("Fetching Odoo 19"):
            _fetch(ready)
    if (ready / DIST).exists():
        return OdooTree(ready / DIST, [], (ready / "VERSION").read_text().strip())
    return checkout(ready)


def checkout(source):
    """A checkout of Odoo's repository as tree."""
    if not (source / "odoo" / "release.py").exists():
        raise WorkbenchError(f"{source} is no checkout of Odoo.", "Set ODOO_SOURCE to the folder that holds odoo-bin.")
    commit = subprocess.run(["git", "-C", source, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    return OdooTree(source, [source / "addons"], f"checkout {commit or source}")


def _fetch(target):
    need_space(HOME, 3)
    partial = HOME / "odoo.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    debs = None if os.environ.get("ODOO_GIT") else debian_packages()
    if debs:
        version = unpack(debs, partial)
    else:
        version = clone(os.environ.get("ODOO_GIT") or "https://github.com/odoo/odoo.git", partial)
    (partial / "VERSION").write_text(version + "\n")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def clone(url, target):
    """Shallow clone of branch 19.0."""
    try:
        run(["git", "clone", "--quiet", "--depth=1", "--branch=19.0", url, target])
    except subprocess.CalledProcessError as error:
        raise WorkbenchError(
            f"Odoo 19 is neither in apt's lists nor to be cloned from {url}:\n{tail(error.stderr)}",
            "Check the network, or set ODOO_SOURCE to a checkout or ODOO_GIT to a repository that can be reached.",
        ) from error
    commit = run(["git", "-C", target, "rev-parse", "--short", "HEAD"]).stdout.strip()
    return f"19.0 clone {commit}"


def debian_packages():
    """Download the packages, checked against Debian's keyring; None where apt has no Odoo 19.

    :return: paths of the .deb files, ours first
    """
    found = _mirror()
    if not found:
        return None
    mirror, stable = found
    apt = _private_apt(mirror, stable)
    try:
        run(["apt-get", *apt, "update"])
    except subprocess.CalledProcessError as error:
        raise WorkbenchError(
            f"apt could not read the package lists of {mirror}:\n{tail(error.stderr)}",
            "Check the network and the mirror in the machine's apt configuration.",
        ) from error
    if "Candidate: (none)" in (policy := run(["apt-cache", *apt, "policy", PACKAGE]).stdout) or not policy.strip():
        return None
    debs = CACHE / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    for name in (PACKAGE, *BESIDE, *(f"{name}/{stable}" for name in STABLE)):
        try:
            run(["apt-get", *apt, "download", name], cwd=debs)
        except subprocess.CalledProcessError as error:
            raise WorkbenchError(
                f"apt could not download {name}:\n{tail(error.stderr)}",
                "Check the network and the free space of the disk, then call the same command again.",
            ) from error
    newest = {}
    for deb in sorted(debs.glob("*.deb"), key=lambda path: path.stat().st_mtime):
        newest[deb.name.split("_")[0]] = deb
    return [newest[name] for name in (PACKAGE, *BESIDE, *STABLE)]


def _mirror():
    """The mirror that this machine's apt uses for Debian itself, and the stable suite it takes from there.

    The sources are asked, not the downloaded lists: a new machine has none yet.
    """
    if not shutil.which("apt-get"):
        return None
    targets = run(
        [
            "apt-get",
            "indextargets",
            "--no-release-info",
            "--format",
            "$(CREATED_BY)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)",
        ]
    ).stdout
    for line in targets.splitlines():
        created_by, component, suite, uri = (line.split("|") + [""] * 4)[:4]
        if (created_by, component) == ("Packages", "main") and "-" not in suite and "debian" in uri.lower():
            return uri, "stable" if suite in ("sid", "unstable", "testing") else suite
    return None


def _private_apt(mirror, stable):
    """Options of an apt that knows two suites only, in a folder of its own; the system stays untouched."""
    base = HOME / "apt"
    for folder in ("lists/partial", "archives/partial", "sources"):
        (base / folder).mkdir(parents=True, exist_ok=True)
    keyring = next(
        (
            p
            for p in (
                "/usr/share/keyrings/debian-archive-keyring.gpg",
                "/usr/share/keyrings/debian-archive-keyring.pgp",
            )
            if Path(p).exists()
        ),
        None,
    )
    if not keyring:
        raise WorkbenchError("Debian's keyring is missing.", "Install the package debian-archive-keyring.")
    (base / "sources" / "sid.sources").write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: sid {stable}\nComponents: main\nSigned-By: {keyring}\n"
    )
    settings = {
        "Dir::Etc::SourceList": "/dev/null",
        "Dir::Etc::SourceParts": base / "sources",
        "Dir::State::Lists": base / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": base,
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "APT::Update::Error-Mode": "any",  # else apt calls it a success when no list could be read
    }
    return [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]


def unpack(debs, target):
    """Lay the packages beside each other and mend what leads out of them.

    :return: the version of Odoo's package
    """
    for deb in debs:
        run(["dpkg", "-x", deb, target])
    relink(target)
    stripped = target / DIST / "odoo" / "addons" / STRIPPED
    if not stripped.exists():  # the asset bundle would log an error for the file that Debian leaves out
        stripped.parent.mkdir(parents=True, exist_ok=True)
        stripped.write_text("")
    return run(["dpkg-deb", "-f", debs[0], "Version"]).stdout.strip()


def relink(target):
    """Point absolute links into the tree.

    :raise WorkbenchError: a link of Odoo's leads nowhere: its pages would answer with an error
    """
    dangling = []
    for link in (path for path in (target / "usr").rglob("*") if path.is_symlink()):
        goal = Path(os.readlink(link))
        inside = target / goal.relative_to("/") if goal.is_absolute() else None
        if inside is not None and (inside.exists() or inside.is_symlink()):
            link.unlink()
            link.symlink_to(os.path.relpath(inside, link.parent))
        if not link.exists() and (target / DIST) in link.parents:
            dangling.append(link)
    if dangling := [link for link in dangling if not link.exists()]:
        raise WorkbenchError(
            "These files of Odoo's package lead nowhere:\n" + "\n".join(str(link) for link in dangling[:10]),
            "A package that Odoo links to has changed: see BESIDE and STABLE in workbench/odoo_source.py.",
        )
