"""Spans of time: sorted, disjoint ``(start, end)`` pairs of whole seconds, the end excluded."""

import math
from bisect import bisect_left, bisect_right


def union(spans):
    """The same time as sorted, disjoint spans; empty ones are dropped.

    :param spans: pairs in any order, overlapping or not
    """
    found = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def minus(spans, holes):
    """What is left of the spans outside the holes, both sorted and disjoint."""
    found, index = [], 0
    for start, end in spans:
        while index < len(holes) and holes[index][1] <= start:
            index += 1
        at = index
        while at < len(holes) and holes[at][0] < end:
            if holes[at][0] > start:
                found.append((start, holes[at][0]))
            start = max(start, holes[at][1])
            at += 1
        if start < end:
            found.append((start, end))
    return found


def since(spans, moment):
    """The spans from a moment on, one after the other."""
    index = bisect_right(spans, (moment, math.inf))  # whole pairs compare much faster than by a key
    if index and spans[index - 1][1] > moment:
        index -= 1
    if index < len(spans):
        yield max(moment, spans[index][0]), spans[index][1]
        for at in range(index + 1, len(spans)):
            yield spans[at]


def between(spans, start, end):
    """The parts of the spans within bounds."""
    for begin, stop in since(spans, start):
        if begin >= end:
            return
        yield begin, min(stop, end)


def length(spans):
    """Seconds in all."""
    return sum(end - start for start, end in spans)


def common(left, right):
    """What two streams of sorted, disjoint spans have in common, as a stream."""
    left, right = iter(left), iter(right)
    one, other = next(left, None), next(right, None)
    while one and other:
        start, end = max(one[0], other[0]), min(one[1], other[1])
        if start < end:
            yield start, end
        if one[1] <= other[1]:
            one = next(left, None)
        else:
            other = next(right, None)


def merged(streams):
    """One stream of sorted, disjoint spans out of streams that may overlap each other."""
    found = None
    for start, end in streams:
        if found and start <= found[1]:
            found = (found[0], max(end, found[1]))
        else:
            if found:
                yield found
            found = (start, end)
    if found:
        yield found


def gaps(spans, moment):
    """The time that the spans leave free from a moment on; the last one has no end."""
    for start, end in since(spans, moment):
        if moment < start:
            yield moment, start
        moment = end
    yield moment, math.inf


def is_free(spans, start, end):
    """Whether nothing of the spans lies between."""
    index = bisect_right(spans, start, key=_end)
    return index == len(spans) or spans[index][0] >= end


def add(spans, start, end):
    """Put one more span among sorted, disjoint ones, in place; what it touches grows together."""
    if start >= end:
        return
    first = bisect_left(spans, start, key=_end)
    last = bisect_right(spans, end, key=_start)
    if first < last:
        start, end = min(start, spans[first][0]), max(end, spans[last - 1][1])
    spans[first:last] = [(start, end)]


def remove(spans, start, end):
    """Take time out of sorted, disjoint spans, in place."""
    first = bisect_right(spans, start, key=_end)
    last = bisect_left(spans, end, key=_start)
    if first < last:
        spans[first:last] = minus(spans[first:last], [(start, end)])


def _start(span):
    return span[0]


def _end(span):
    return span[1]
