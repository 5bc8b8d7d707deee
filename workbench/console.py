"""What the person at the terminal sees: steps with their time, and errors with the remedy."""

import shutil
import subprocess
import time
from contextlib import contextmanager

# a child ends when we do, even killed: the next command begins anew what it was working on
WITH_US = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


class WorkbenchError(Exception):
    """Something that the person has to mend; printed without a traceback."""

    def __init__(self, message, remedy):
        super().__init__(message)
        self.remedy = remedy


@contextmanager
def step(title):
    """Say what is being done, and how long it took."""
    print(f"• {title} …", flush=True)
    start = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - start:.0f} s", flush=True)


def run(command, *, log=None, quiet=True, **options):
    """Run a command; its output goes to ``log`` or is kept for the error.

    :raise subprocess.CalledProcessError: the command failed; its output is attached
    """
    command = [*WITH_US, *(str(part) for part in command)]
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            return subprocess.run(command, check=True, stdout=out, stderr=subprocess.STDOUT, **options)
    if quiet:
        return subprocess.run(command, check=True, capture_output=True, text=True, **options)
    return subprocess.run(command, check=True, **options)


def need_space(folder, gigabytes):
    """Stop before the disk is full rather than in the middle of something."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        raise WorkbenchError(
            f"Only {free:.1f} GB are free on the disk of {folder}; this step needs {gigabytes} GB.",
            "Free some space and call the same command again; what is done is kept.",
        )


def tail(text, lines=15):
    """The end of a long output, where the reason usually stands."""
    return "\n".join((text or "").strip().splitlines()[-lines:])
