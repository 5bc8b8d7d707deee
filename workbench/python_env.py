"""Virtual environments from locked requirements: one for Odoo, one for the linters (their lxml breaks Odoo's)."""

import shutil
import subprocess
import sys
import venv

from . import HOME, ROOT, short_hash
from .console import WorkbenchError, need_space, run, step, tail

TAG = f"py{sys.version_info.major}{sys.version_info.minor}"
REQUIREMENTS = ROOT / "workbench" / "requirements"


def check_python():
    """Stop before anything is fetched where there is no lock for the interpreter."""
    known = sorted(path.stem.rsplit("py", 1)[1] for path in REQUIREMENTS.glob("odoo-py*.txt"))
    if TAG.removeprefix("py") not in known:
        versions = [f"{tag[0]}.{tag[1:]}" for tag in known]
        raise WorkbenchError(
            f"This is Python {sys.version.split()[0]}; the packages that Odoo needs are locked for "
            f"{', '.join(versions)}.",
            f"Call the same command with one of these: PYTHON=python{versions[0]}",
        )


def environment(name):
    """The environment of a name ("odoo" or "lint"), built where it isn't there in its present form.

    :return: its python
    """
    lock = REQUIREMENTS / f"{name}-{TAG}.txt"
    target = HOME / f"venv-{name}-{TAG}"
    stamp = target / "lock.stamp"
    key = short_hash(lock.read_bytes(), sys.version)
    if not stamp.exists() or stamp.read_text() != key:
        with step(f"Installing Python packages ({lock.name})"):
            _build(target, lock)
            stamp.write_text(key)
    return target / "bin" / "python"


def _build(target, lock):
    need_space(HOME, 2)
    shutil.rmtree(target, ignore_errors=True)
    try:
        venv.create(target, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError as error:
        raise WorkbenchError(
            f"This Python cannot make a virtual environment:\n{tail(error.stdout or error.stderr)}",
            "On Debian install the package python3-venv.",
        ) from error
    try:
        run([target / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock])
    except subprocess.CalledProcessError as error:
        raise WorkbenchError(
            f"pip could not install {lock.name}:\n{tail(error.stderr or error.stdout)}",
            "Check the network and pip's configuration, then call the same command again.",
        ) from error


def put_on_path(python, folder):
    """Let the environment find Odoo, in exactly one place."""
    (site,) = (python.parent.parent / "lib").glob("python*/site-packages")
    link = site / "odoo-tree.pth"
    if not link.exists() or link.read_text() != f"{folder}\n":  # another command may be reading it
        link.write_text(f"{folder}\n")
    return site
