"""What two commands must not do at once in one tree: the second waits and says for whom."""

import fcntl
import os
import sys
from contextlib import contextmanager

from . import HOME

_held = {}


@contextmanager
def exclusive(name):
    """Hold a lock of this tree; the system frees it when the process ends, however it ends.

    :param str name: what is done meanwhile, in the words of the message: "build", "lint"
    """
    if name in _held:  # the same process may ask again
        yield
        return
    _held[name] = _acquire(name)
    try:
        yield
    finally:
        os.close(_held.pop(name))


def _acquire(name):
    path = HOME / f"{name}.lock"
    told = False
    while True:
        HOME.mkdir(exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another command"
                print(f"Waiting for {holder} to finish its part ({name}) …", flush=True)
                told = True
            fcntl.flock(handle, fcntl.LOCK_EX)
        if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"“{_command()}” (process {os.getpid()})".encode(), 0)
            return handle
        os.close(handle)  # “make reset” took the file away meanwhile: what we hold is nobody's


def _command():
    return " ".join(["make", *sys.argv[1:2]])


def is_running(pid):
    """Whether a process of this number exists."""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
