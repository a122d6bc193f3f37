"""Integers as decimal text, by columns."""

from __future__ import annotations

import numpy as np

from features.compiled import compiled, inlined, read_only
from features.hashing import IntArray
from features.texts import Texts
from features.words import Bytes

__all__ = ["decimals", "write_decimal"]

_MOST_BYTES = 20
_MINUS, _ZERO = b"-0"


def decimals(numbers: IntArray) -> Texts:
    """Return int64[n] as n texts.

    >>> decimals(np.array([0, -17, 1_764_000_000_000])).strings()
    ['0', '-17', '1764000000000']
    """
    out = np.empty(_MOST_BYTES * len(numbers), np.uint8)
    ends = np.empty(len(numbers) + 1, np.int64)
    _write(np.ascontiguousarray(numbers), out, ends)
    return Texts(read_only(out[: ends[-1]]), ends[:-1], np.diff(ends))


@compiled
def _write(numbers: IntArray, out: Bytes, ends: IntArray) -> None:
    ends[0] = 0
    for row in range(len(numbers)):
        ends[row + 1] = write_decimal(numbers[row], out, ends[row])


@inlined
def write_decimal(number: int, out: Bytes, to: int) -> int:
    """Write an integer above -2^63 into `out` from `to` on, and return where it ends."""
    if number < 0:
        out[to] = _MINUS
        to, number = to + 1, -number
    end, rest = to + 1, number // 10
    while rest:
        end, rest = end + 1, rest // 10
    for place in range(end - 1, to - 1, -1):
        out[place] = _ZERO + number % 10
        number //= 10
    return end
