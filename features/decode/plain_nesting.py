"""Lists and objects within a record: where they end, if they surely are JSON."""

from __future__ import annotations

from features.compiled import compiled, inlined
from features.decode.plain_object import value_start
from features.decode.plain_values import QUOTE, after_white, value_end
from features.words import Bytes

__all__ = ["EXPONENTS", "nested_end", "scalar_end"]

EXPONENTS = tuple(b"eE")
"""What may follow the digits of a number, of which `value_end` knows nothing."""

_OPEN, _CLOSE, _COMMA = b"{},"
_LIST, _LIST_END = b"[]"
_MOST_DEEP = 60


@compiled
def scalar_end(data: Bytes, at: int, end: int) -> int:
    """Return `value_end`, as a call: in its callers' code it takes long to compile."""
    return value_end(data, at, end)


@compiled
def nested_end(data: Bytes, at: int, end: int) -> int:
    """Return where the list or object at `at` ends, -1 where it may be no JSON or is very deep."""
    depth, objects, ended = 0, 0, False
    while at >= 0 and not (ended and depth == 0):
        if ended:
            depth, objects, at, ended = _after_item(data, at, end, depth, objects)
        elif data[at] == _OPEN or data[at] == _LIST:
            depth, objects, at, ended = _opened(data, at, end, depth, objects)
        else:
            at, ended = scalar_end(data, at, end), True
            at = -1 if 0 <= at < end and data[at] in EXPONENTS else at
    return at


@inlined
def _opened(data: Bytes, at: int, end: int, depth: int, objects: int) -> tuple[int, int, int, bool]:
    """Return how deep the next item is, a bit for each object, where it is, and whether it ended.

    An empty list or object ends at once.
    """
    is_object = data[at] == _OPEN
    at = after_white(data, at + 1, end)
    if at == end or depth == _MOST_DEEP:
        return depth, objects, -1, False
    if data[at] == (_CLOSE if is_object else _LIST_END):
        return depth, objects, at + 1, True
    return depth + 1, objects << 1 | is_object, _item(data, at, end, is_object), False


@inlined
def _after_item(
    data: Bytes, at: int, end: int, depth: int, objects: int
) -> tuple[int, int, int, bool]:
    """Return the same of what comes after an item: another, or the end of what it is in."""
    in_object = objects & 1 == 1
    at = after_white(data, at, end)
    if at < end and data[at] == _COMMA:
        return depth, objects, _item(data, after_white(data, at + 1, end), end, in_object), False
    if at == end or data[at] != (_CLOSE if in_object else _LIST_END):
        return depth, objects, -1, False
    return depth - 1, objects >> 1, at + 1, True


@inlined
def _item(data: Bytes, at: int, end: int, in_object: bool) -> int:
    """Return where a value begins: at `at`, or after its name that begins there; -1 for nowhere."""
    if at == end:
        return -1
    if not in_object:
        return at
    if data[at] != QUOTE:
        return -1
    stop = scalar_end(data, at, end)
    return value_start(data, stop - 1, end) if stop > 0 else -1
