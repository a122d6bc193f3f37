"""What is said about many records, written by columns: words with holes for what came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.compiled import compiled, inlined, read_only
from features.decimals import write_decimal
from features.decode.plain_shown import ROOM, show_byte, show_bytes, show_value
from features.decode.refusals import CODE_NUMBER
from features.decode.rejected import TEXT_LIMIT
from features.hashing import IntArray
from features.texts import Texts
from features.words import Bytes, copy_bytes

__all__ = ["BYTE", "BYTES", "HOLE", "NUMBER", "VALUE", "Phrasebook", "Wording"]

HOLE = "\0"
_NOTHING, _LEFT, VALUE, BYTES, NUMBER, BYTE = range(6)
"""What fills a hole: the JSON value or the bytes at a place of a size, a number, or a byte."""

_HOLES = 3
_HOLE_BYTES, _BYTE_BYTES, _MARK_BYTES = 400, 6, 32
_HOLE_CHARACTERS = 64


class Wording(NamedTuple):
    """A cause with holes.

    Attributes
    ----------
    code : of `ERROR_CODES`.
    text : with a `HOLE` in place of each thing that is shown.
    holes : what fills each of up to three.
    """

    code: str
    text: str
    holes: tuple[int, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether the text stays within its limit, whatever is shown."""
        return len(self.text) + _HOLE_CHARACTERS * len(self.holes) <= TEXT_LIMIT


class Phrasebook:
    """Wordings by number, from 0 on in the order in which they were added.

    Attributes
    ----------
    code : int64[wordings], index in `features.decode.refusals.CODES`.

    >>> book = Phrasebook()
    >>> book.add(Wording("wrong_type", f"got {HOLE}; send text", (VALUE,)))
    0
    >>> data = np.frombuffer(b'{"a":17}', np.uint8)
    >>> book.write(data, np.array([0]), np.array([[[5, 2], [0, 0], [0, 0]]])).strings()
    ['got 17; send text']
    """

    def __init__(self) -> None:
        self.code = np.empty(0, np.int64)
        self._letters = np.empty(0, np.uint8)
        self._words = np.empty((0, _HOLES + 1, 2), np.int64)
        self._holes = np.empty((0, _HOLES), np.int64)
        self._word_bytes = np.empty(0, np.int64)

    def add(self, wording: Wording) -> int:
        """Take a wording and return its number; one that is not short is never written."""
        words = np.zeros((1, _HOLES + 1, 2), np.int64)
        holes = np.full((1, _HOLES), _NOTHING)
        holes[0, : len(wording.holes)] = wording.holes if wording.is_short else _LEFT
        letters = [self._letters.tobytes()]
        for place, text in enumerate(wording.text.split(HOLE)):
            letters.append(text.encode())
            words[0, place] = sum(map(len, letters[:-1])), len(letters[-1])
        self._letters = np.frombuffer(b"".join(letters), np.uint8)
        self._words = np.concatenate((self._words, words))
        self._holes = np.concatenate((self._holes, holes))
        self._word_bytes = np.append(self._word_bytes, words[..., 1].sum())
        self.code = np.append(self.code, CODE_NUMBER[wording.code])
        return len(self.code) - 1

    def write(self, data: Bytes, which: IntArray, filling: IntArray) -> Texts:
        """Write a text for each of n records.

        Parameters
        ----------
        data : what is shown lies in it.
        which : int64[n], numbers of wordings; below 0 for none.
        filling : int64[n, 3, 2], what the holes are filled with: place and size, or number and 0.

        Returns
        -------
        With a size of −1 where there is no wording, a long one, or what came is not shown plainly.
        """
        filling = np.ascontiguousarray(filling)
        out = np.empty(self.most_bytes(which, filling), np.uint8)
        at, size = np.empty(len(which), np.int64), np.empty(len(which), np.int64)
        words = (self._letters, self._words, self._holes)
        end = _write(read_only(data), words, which, filling, out, (at, size))
        return Texts(read_only(out[:end]), at, size)

    def most_bytes(self, which: IntArray, filling: IntArray) -> int:
        """Return how many bytes the texts take at most: the system empties all of them first.

        A byte is shown as six at most; quotes and marks come on top, or a number.
        """
        book = (self._word_bytes, self._holes)
        return int(_most_bytes(book, which, filling)) + ROOM


@compiled
def _most_bytes(book: tuple[IntArray, IntArray], which: IntArray, filling: IntArray) -> int:
    word_bytes, holes = book
    most = 0
    for row in range(len(which)):
        number = which[row]
        if number < 0:
            continue
        most += word_bytes[number]
        for place in range(holes.shape[1]):
            if holes[number, place] != _NOTHING:
                shown = _BYTE_BYTES * filling[row, place, 1] + _MARK_BYTES
                most += min(shown, _HOLE_BYTES)
    return most


@compiled
def _write(
    data: Bytes,
    book: tuple[Bytes, IntArray, IntArray],
    which: IntArray,
    filling: IntArray,
    out: Bytes,
    into: tuple[IntArray, IntArray],
) -> int:
    letters, words, holes = book
    at, size = into
    to = 0
    for row in range(len(which)):
        at[row], size[row] = to, -1
        number = which[row]
        if number < 0:
            continue
        end = to
        for place in range(holes.shape[1] + 1):
            if place and end >= 0:
                one, other = filling[row, place - 1, 0], filling[row, place - 1, 1]
                end = _filled(data, holes[number, place - 1], one, other, out, end)
            if end >= 0:
                start, width = words[number, place, 0], words[number, place, 1]
                copy_bytes(out, end, letters, start, width)
                end += width
        if end >= 0:
            size[row] = end - to
            to = end
    return to


@inlined
def _filled(data: Bytes, kind: int, one: int, other: int, out: Bytes, to: int) -> int:
    if kind == VALUE:
        return show_value(data, one, other, out, to)
    if kind == BYTES:
        return show_bytes(data, one, other, out, to)
    if kind == NUMBER:
        return write_decimal(one, out, to)
    if kind == BYTE:
        return show_byte(one, out, to)
    return to if kind == _NOTHING else -1
