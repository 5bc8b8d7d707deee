"""Append-only rows chained by hash: a row that is altered, removed or slipped in is found and named."""

import hashlib

from .fingerprint import canonical

VERSION = 1
START = ""


def link(previous_hash, values):
    """Hash of a row that follows the row with ``previous_hash``.

    :param str previous_hash: hash of the row before, ``START`` for the first
    :param dict values: stored values of the row, JSON-like
    """
    return hashlib.sha256((previous_hash + canonical(values)).encode()).hexdigest()


def verify(rows, head_count, head_hash):
    """Find what is wrong with a chain.

    :param rows: ``[(number, previous_hash, hash, values)]`` ordered by number
    :param int head_count: how many rows the head says there are
    :param str head_hash: hash of the last row according to the head
    :return: ``[(kind, number)]`` with kind altered / missing / inserted; empty when the chain is whole

    >>> a = link(START, {"n": 1}); b = link(a, {"n": 2})
    >>> verify([(1, START, a, {"n": 1}), (2, a, b, {"n": 2})], 2, b)
    []
    >>> verify([(1, START, a, {"n": 9}), (2, a, b, {"n": 2})], 2, b)
    [('altered', 1)]
    >>> verify([(2, a, b, {"n": 2})], 2, b)
    [('missing', 1)]
    >>> verify([(1, START, a, {"n": 1})], 2, b)
    [('missing', 2)]
    >>> verify([(1, START, a, {"n": 1}), (2, a, b, {"n": 2}), (3, b, link(b, {}), {})], 2, b)
    [('inserted', 3)]
    """
    wrong = []
    expected, last = 1, START
    for number, previous_hash, row_hash, values in rows:
        if number < expected or number > head_count:
            wrong.append(("inserted", number))
            continue
        wrong += [("missing", gap) for gap in range(expected, number)]
        if number == expected and previous_hash != last or row_hash != link(previous_hash, values):
            wrong.append(("altered", number))
        expected, last = number + 1, row_hash
    wrong += [("missing", gap) for gap in range(expected, head_count + 1)]
    if not wrong and last != head_hash:
        wrong.append(("altered", head_count))
    return wrong
