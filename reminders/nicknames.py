"""Nicknames of many users, made safe to stand in a reminder."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.compiled import compiled
from features.texts import Texts
from features.words import Bytes
from online_models.arrays import Ints
from reminders.slot_text import clean

__all__ = ["Nicknames", "clean_nicknames"]

_UNSURE = -1
_SPACE, _TILDE, _THREE_BYTES = 0x20, 0x7E, 0xE0
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FA5


class Nicknames(NamedTuple):
    """Nicknames as they are shown, empty where there is none, and how many characters they have."""

    texts: Texts
    lengths: Ints


def clean_nicknames(said: Texts) -> Nicknames:
    """Return what `slot_text.clean` makes of each; most are what they were, and cost nothing.

    >>> clean_nicknames(Texts.of(["Ann", " 小安 ", ""])).texts.strings()
    ['Ann', '小安', '']
    """
    lengths = _lengths(said.data, said.at, said.size)
    rows = np.flatnonzero(lengths == _UNSURE)
    cleaned = [clean(text) for text in said.take(rows)]
    lengths[rows] = [len(text) for text in cleaned]
    return Nicknames(said.replaced(rows, cleaned), lengths)


@compiled
def _lengths(data: Bytes, at: Ints, size: Ints) -> Ints:
    """Return int64[n]: the characters of a text that is surely clean as it is, else `_UNSURE`.

    Sure are printable ASCII and Chinese characters with single spaces between.
    """
    lengths = np.zeros(len(at), np.int64)
    for row in range(len(at)):
        place, end = at[row], at[row] + size[row]
        count, spaced, sure = 0, True, True
        while place < end and sure:
            byte = np.int64(data[place])
            if _SPACE < byte <= _TILDE:
                spaced = False
                place += 1
            elif byte == _SPACE and not spaced:
                spaced = True
                place += 1
            elif byte & 0xF0 == _THREE_BYTES and place + 2 < end:
                tail = (np.int64(data[place + 1]) & 63) << 6 | np.int64(data[place + 2]) & 63
                letter = (byte & 15) << 12 | tail
                sure = bool(letter >= _FIRST_HAN) and bool(letter <= _LAST_HAN)
                spaced = False
                place += 3
            else:
                sure = False
            count += 1
        if not sure or (spaced and count):
            count = _UNSURE
        lengths[row] = count
    return lengths
