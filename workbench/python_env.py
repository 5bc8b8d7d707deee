"""Virtual environments from locked requirements: one for Odoo, one for the linters (their lxml breaks Odoo's)."""

import shutil
import subprocess
import sys
import venv

from . import HOME, ROOT, short_hash
from .console import WorkbenchError, need_space, run, step, tail

TAG = f"py{sys.version_info.major}{sys.version_info.minor}"
OLDEST = (3, 10)


def check_python():
    """Stop early where the interpreter can't run Odoo 19."""
    if sys.version_info < OLDEST:
        raise WorkbenchError("Odoo 19 needs Python 3.10 or newer.", "Call make with PYTHON=python3.11, say.")


def environment(name):
    """The environment of a name ("odoo" or "lint"), built where it isn't there in its present form.

    :return: its python
    """
    check_python()
    lock = ROOT / "workbench" / "requirements" / f"{name}-{TAG}.txt"
    if not lock.exists():
        known = ", ".join(sorted(path.stem.rsplit("py", 1)[1] for path in lock.parent.glob(f"{name}-py*.txt")))
        raise WorkbenchError(
            f"No locked requirements for this Python ({TAG}); there are some for {known}.",
            "Call make with PYTHON=python3.11 or another of these.",
        )
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
    venv.create(target, with_pip=True, symlinks=True)
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
