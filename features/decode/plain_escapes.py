"""Escapes in JSON text: how long they are, and the text that they stand for.

What is no escape, and half of a surrogate pair, has no length here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import inlined
from features.words import Bytes

__all__ = ["BACKSLASH", "code_points", "escape_size", "is_torn", "unescaped"]

BACKSLASH = ord("\\")
_U = ord("u")
_HIGH, _LOW, _PAST = 0xD800, 0xDC00, 0xE000
"""Where the first and the second halves of surrogate pairs begin, and where they end."""
_UNIT_BYTES = 6


def _hex_digits() -> npt.NDArray[np.int64]:
    digits = np.full(256, -1, np.int64)
    for number in range(16):
        digits[[ord(f"{number:x}"), ord(f"{number:X}")]] = number
    return digits


def _single_letters() -> Bytes:
    letters = np.zeros(256, np.uint8)
    for letter, meant in zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True):
        letters[letter] = meant
    return letters


_DIGITS = _hex_digits()
_SINGLES = _single_letters()


@inlined
def escape_size(data: Bytes, at: int, end: int) -> int:
    """Return how many bytes the escape at `at` has, a surrogate pair's both halves; 0 for none."""
    if at + 2 > end:
        return 0
    if data[at + 1] != _U:
        return 2 if _SINGLES[data[at + 1]] else 0
    unit = _unit(data, at, end)
    if unit < 0 or _LOW <= unit < _PAST:
        return 0
    if unit < _HIGH or unit >= _PAST:
        return _UNIT_BYTES
    low = _unit(data, at + _UNIT_BYTES, end)
    return 2 * _UNIT_BYTES if _LOW <= low < _PAST else 0


@inlined
def _unit(data: Bytes, at: int, end: int) -> int:
    """Return the number that an escape of a backslash, a u and four digits says, -1 for none."""
    if at + _UNIT_BYTES > end or data[at] != BACKSLASH or data[at + 1] != _U:
        return -1
    first, second = _DIGITS[data[at + 2]], _DIGITS[data[at + 3]]
    third, fourth = _DIGITS[data[at + 4]], _DIGITS[data[at + 5]]
    if first | second | third | fourth < 0:
        return -1
    unit: int = first << 12 | second << 8 | third << 4 | fourth
    return unit


@inlined
def is_torn(data: Bytes, at: int, end: int) -> bool:
    """Return whether half of a surrogate pair is among the escapes of ``data[at:end]``."""
    while at < end:
        if data[at] != BACKSLASH:
            at += 1
            continue
        unit = _unit(data, at, end)
        if unit < _HIGH or unit >= _PAST:
            at += 2
        elif escape_size(data, at, end) == 0:
            return True
        else:
            at += 2 * _UNIT_BYTES
    return False


@inlined
def code_points(data: Bytes, at: int, end: int) -> int:
    """Return how many characters there are in a text whose escapes are good."""
    count = 0
    while at < end:
        byte = data[at]
        count += byte & 0xC0 != 0x80
        at += escape_size(data, at, end) if byte == BACKSLASH else 1
    return count


@inlined
def unescaped(data: Bytes, at: int, end: int, out: npt.NDArray[np.uint8]) -> int:
    """Write a text whose escapes are good into `out`; return its bytes, -1 without enough room."""
    size = 0
    while at < end:
        if size + 4 > len(out):
            return -1
        if data[at] != BACKSLASH:
            out[size] = data[at]
            at, size = at + 1, size + 1
        elif data[at + 1] != _U:
            out[size] = _SINGLES[data[at + 1]]
            at, size = at + 2, size + 1
        else:
            point = _unit(data, at, end)
            at += _UNIT_BYTES
            if _HIGH <= point < _LOW:
                point = 0x10000 + ((point - _HIGH) << 10) + (_unit(data, at, end) - _LOW)
                at += _UNIT_BYTES
            size += _encoded(point, out, size)
    return size


@inlined
def _encoded(point: int, out: npt.NDArray[np.uint8], at: int) -> int:
    """Write a character in UTF-8 and return its bytes."""
    if point < 0x80:
        out[at] = point
        return 1
    size = 2 if point < 0x800 else 3 if point < 0x10000 else 4
    for place in range(size - 1, 0, -1):
        out[at + place] = 0x80 | (point & 0x3F)
        point >>= 6
    out[at] = (0xF00 >> size & 0xFF) | point
    return size
