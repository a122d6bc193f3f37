"""MessagePack as bytes that kernels pass over: where a value ends, and what its head says.

Only what profiles are made of: nil, booleans, integers, text, arrays and maps. Everything here
looks at ``data[at:end]`` and answers -1 for what is none of that or ends too late.
"""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from features.words import Bytes

__all__ = ["ARRAY", "MAP", "TEXT", "head", "natural", "value_end"]

NUMBER, TEXT, ARRAY, MAP = range(4)
"""Kinds of values; nil and booleans are as numbers."""
_WIDE, _NIL, _SIGNED = 0x80, 0xC0, 0xD0

# By the first byte: the kind, a count that it says itself, and the bytes of the count or number.
_HEADS = np.full((256, 3), -1, np.int64)
for _first in (*range(0x80), 0xC0, 0xC2, 0xC3, *range(0xE0, 0x100)):
    _HEADS[_first] = NUMBER, 0, 0
for _start, _past, _kind in ((0x80, 0x90, MAP), (0x90, 0xA0, ARRAY), (0xA0, 0xC0, TEXT)):
    for _first in range(_start, _past):
        _HEADS[_first] = _kind, _first - _start, 0
for _start, _width, _kind in (
    *((0xCC, 1, NUMBER), (0xCD, 2, NUMBER), (0xCE, 4, NUMBER), (0xCF, 8, NUMBER)),
    *((0xD0, 1, NUMBER), (0xD1, 2, NUMBER), (0xD2, 4, NUMBER), (0xD3, 8, NUMBER)),
    *((0xD9, 1, TEXT), (0xDA, 2, TEXT), (0xDB, 4, TEXT)),
    *((0xDC, 2, ARRAY), (0xDD, 4, ARRAY), (0xDE, 2, MAP), (0xDF, 4, MAP)),
):
    _HEADS[_start] = _kind, 0, _width


@inlined
def head(data: Bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return the kind of the value at `at`, how many bytes or values are in it, where they begin.

    The kind is -1 for what is not known; a number lies before where its 0 bytes begin.
    """
    if at < 0 or at >= end:
        return -1, 0, -1
    kind, count, width = _HEADS[data[at], 0], _HEADS[data[at], 1], _HEADS[data[at], 2]
    if kind < 0:
        return -1, 0, -1
    start = at + 1
    if kind != NUMBER:
        for place in range(start, min(start + width, end)):
            count = count << 8 | data[place]
    return kind, count, start + width


@inlined
def value_end(data: Bytes, at: int, end: int) -> int:
    """Return where the value at `at` ends."""
    waiting = 1
    while waiting > 0:
        kind, count, at = head(data, at, end)
        if kind < 0 or at > end:
            return -1
        waiting -= 1
        if kind == TEXT:
            at += count
        elif kind == ARRAY:
            waiting += count
        elif kind == MAP:
            waiting += 2 * count
    return at if at <= end else -1


@inlined
def natural(data: Bytes, at: int, end: int) -> int:
    """Return the integer at `at`, 0 for one below 0 and for what is none."""
    kind, _, stop = head(data, at, end)
    first = data[at]
    if kind != NUMBER or stop > end or first >= _SIGNED or first == _NIL:
        return 0
    number = np.int64(first) if first < _WIDE else np.int64(0)
    for place in range(at + 1, stop):
        number = number << 8 | data[place]
    return int(number)
