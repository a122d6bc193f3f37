"""Characters in UTF-8: their sizes, broken ones too, and which of them surely are printable."""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from features.hashing import IntArray
from features.words import Bytes

__all__ = [
    "PRINTABLE",
    "broken_size",
    "character_size",
    "code_point",
    "count_characters",
    "is_surely_printable",
]

_NOT_ASCII, _LAST_PAYLOAD, _TOP = 0x80, 0x3F, 0xC0
_FIRST_LEAD, _LAST_LEAD = 0xC2, 0xF4

PRINTABLE: IntArray = np.array(
    [
        *((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x377), (0x400, 0x52F), (0x2010, 0x2027)),
        *((0x3001, 0x303F), (0x3041, 0x3096), (0x30A0, 0x30FF), (0x4E00, 0x9FFC)),
        *((0xAC00, 0xD7A3), (0xFF01, 0xFFBE), (0xFFFD, 0xFFFD)),
    ]
)
"""int64[ranges, 2], first and last of characters that `str.isprintable` is true of; not all."""


@inlined
def character_size(data: Bytes, at: int, end: int) -> int:
    """Return how many bytes the character of several has that begins at `at`; 0 if it is none.

    The table of well-formed sequences: The Unicode Standard, section 3.9, D92.
    """
    lead = data[at]
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < _FIRST_LEAD or lead > _LAST_LEAD or at + size > end:
        return 0
    if not _follows(lead, data[at + 1]):
        return 0
    for place in range(at + 2, at + size):
        if data[place] & _TOP != _NOT_ASCII:
            return 0
    return size


@inlined
def _follows(lead: np.uint8, second: np.uint8) -> bool:
    """Return whether a byte may be the second after a lead of several bytes."""
    least = 0xA0 if lead == 0xE0 else 0x90 if lead == 0xF0 else 0x80
    most = 0x9F if lead == 0xED else 0x8F if lead == 0xF4 else 0xBF
    return bool(least <= second <= most)


@inlined
def broken_size(data: Bytes, at: int, end: int) -> int:
    """Return how many of the bytes at `at`, which begin no character, a decoder takes for one.

    The maximal subpart: The Unicode Standard, section 3.9, "U+FFFD Substitution".
    """
    lead = data[at]
    if lead < _FIRST_LEAD or lead > _LAST_LEAD or at + 1 == end:
        return 1
    if not _follows(lead, data[at + 1]):
        return 1
    third = lead >= 0xF0 and at + 2 < end and data[at + 2] & _TOP == _NOT_ASCII
    return 3 if third else 2


@inlined
def code_point(data: Bytes, at: int, size: int) -> int:
    """Return the number of the good character of `size` bytes at `at`."""
    point = int(data[at]) & (0xFF >> (size + 1 if size > 1 else 1))
    for place in range(at + 1, at + size):
        point = point << 6 | (data[place] & _LAST_PAYLOAD)
    return point


@inlined
def count_characters(data: Bytes, at: int, end: int) -> int:
    """Return how many characters a decoder makes of bytes, broken ones too."""
    count = 0
    while at < end:
        size = 1 if data[at] < _NOT_ASCII else character_size(data, at, end)
        at += size or broken_size(data, at, end)
        count += 1
    return count


@inlined
def is_surely_printable(point: int) -> bool:
    """Return whether the character is in one of the ranges of `PRINTABLE`."""
    printable = False
    for row in range(len(PRINTABLE)):
        printable |= PRINTABLE[row, 0] <= point <= PRINTABLE[row, 1]
    return printable
