"""Checks of raw bytes that a typed decoder does not make.

msgspec skips unknown fields: it checks their grammar and escapes, but neither their UTF-8 nor,
before its own recursion limit (which depends on the caller's stack), their depth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

__all__ = [
    "MAX_DEPTH",
    "all_stand_alone",
    "has_lone_surrogate",
    "is_too_deep",
    "is_utf8",
]

MAX_DEPTH = 100
"""Arrays and objects within each other, the record itself included."""

_CLOSE = ord("}")
_OPENING = (b"[", b"{")
_LAST = itemgetter(-1)
# The next bracket that is not in a string, or the end. A string without its end runs to the end of
# the value: one pass, whatever is escaped in it.
_BRACKET = re.compile(
    rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"?+)*+([\[\]{}]|\Z)',
    re.DOTALL,
)
_BOUNDARY = re.compile(rb"\}[ \t\n\r]*+,[ \t\n\r]*+\{")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_RAW_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def is_utf8(value: bytes) -> bool:
    """Tell whether the bytes are UTF-8 (raw surrogates are not)."""
    if value.isascii():
        return True
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def has_lone_surrogate(value: bytes) -> bool:
    """Tell whether JSON text has half of a surrogate pair, escaped or as raw bytes.

    >>> has_lone_surrogate(rb'"\\ud83d\\ude00"'), has_lone_surrogate(rb'"\\ud83d"')
    (False, True)
    """
    if b"\\u" in value and any(match.group(1) for match in _ESCAPE.finditer(value)):
        return True
    return b"\xed" in value and _RAW_SURROGATE.search(value) is not None


def is_too_deep(value: bytes) -> bool:
    """Tell whether brackets outside of strings nest deeper than `MAX_DEPTH`."""
    if value.count(b"[") + value.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _BRACKET.finditer(value):
        depth += 1 if match.group(1) in _OPENING else -1
        if depth > MAX_DEPTH:
            return True
    return False


def all_stand_alone(values: Sequence[bytes], joined: bytes) -> bool:
    """Tell whether all values surely stay one element each, from their text joined by commas.

    Either every value ends with its only `}`: then an array of as many objects can only end each
    of them where a value ends. Or each starts with `{`, ends with `}`, and has no `},{` inside:
    then each comma between two elements of the array is a `},{`, and only the joining commas are.
    """
    count = len(values)
    if set(map(_LAST, values)) != {_CLOSE} or not is_utf8(joined):
        return False
    if joined.count(b"}") != count and not _only_joins(values, joined):
        return False
    if joined.count(b"[") + joined.count(b"{") < count + MAX_DEPTH:
        return True
    return not any(map(is_too_deep, values))


def _only_joins(values: Sequence[bytes], joined: bytes) -> bool:
    if any(value[0] != 123 for value in values):
        return False
    return len(_BOUNDARY.findall(joined)) == len(values) - 1
