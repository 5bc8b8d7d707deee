"""A token for writes that only our own methods may make."""

from contextlib import contextmanager
from contextvars import ContextVar

_open = ContextVar("quality_service_guard_passage", default=frozenset())


def _keys(records, purpose):
    # an empty recordset stands for the model itself, never for "no restriction"
    return {(records.env.cr.dbname, records._name, record_id, purpose) for record_id in records.ids or [None]}


@contextmanager
def passage(records, purpose):
    """Let the block do to these very records what a caller from outside may not.

    A context key could be sent by any client and ``env.su`` is everybody's; this token is bound to
    database, model, record and purpose, lives only as long as the block, and can't be reached by RPC or
    from a server action.
    """
    token = _open.set(_open.get() | _keys(records, purpose))
    try:
        yield
    finally:
        _open.reset(token)


def is_open(records, purpose):
    """Tell whether all these records are inside a passage for the purpose."""
    return _keys(records, purpose) <= _open.get()
