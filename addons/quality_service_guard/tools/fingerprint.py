"""What a department judged, as text that can be compared and as a digest that can be stored."""

import hashlib
import json


def canonical(content):
    """The one spelling of a JSON-like content: keys in order, no white space, ASCII.

    >>> canonical({"b": [1, None], "a": "é"})
    '{"a":"\\\\u00e9","b":[1,null]}'
    """
    return json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def fingerprint(content):
    """SHA-256 of a content: equal exactly when the contents are equal, whatever the order of their keys.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    >>> fingerprint({"a": "1"}) == fingerprint({"a": 1})
    False
    """
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def differences(before, after):
    """What changed between two contents.

    :param dict before: ``{key: value}``; a key is a field or a tuple-like text "line/field"
    :param dict after: the same for the present
    :return: ``[(key, old, new)]`` in the order of the keys; None where the key is absent on that side

    >>> differences({"a": 1, "b": 2}, {"b": 3, "c": 4})
    [('a', 1, None), ('b', 2, 3), ('c', None, 4)]
    """
    before, after = before or {}, after or {}
    return [
        (key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
