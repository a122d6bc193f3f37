"""Texts as columns over one buffer, without a Python object a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from features.compiled import compiled
from features.hashing import IntArray, U64Array, hash64_many
from features.words import Bytes, copy_bytes
from features.xxh3 import LENGTH_MAX, hash_text

__all__ = ["Texts", "copy_texts"]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """UTF-8 texts: `size` bytes of `data` from `at` on each, int64[n]; other bytes may lie between.

    >>> texts = Texts.of(["ann", "小安", "bob"])
    >>> texts.size.tolist(), texts.take(np.array([2, 1])).strings()
    ([3, 6, 3], ['bob', '小安'])
    """

    data: Bytes
    at: IntArray
    size: IntArray

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Lay texts out in a buffer of their own."""
        parts = [text.encode() for text in texts]
        size = np.fromiter(map(len, parts), np.int64, len(parts))
        return cls(np.frombuffer(b"".join(parts), np.uint8), np.cumsum(size) - size, size)

    @classmethod
    def joined(cls, columns: Sequence[Texts]) -> Texts:
        """Return the texts of the columns, at least one, behind one another over one buffer.

        >>> Texts.joined([Texts.of(["ann"]), Texts.of(["小安", "bob"])]).strings()
        ['ann', '小安', 'bob']
        """
        starts = np.cumsum([0, *(len(column.data) for column in columns)]).tolist()
        data = np.concatenate([column.data for column in columns])
        data.flags.writeable = False
        at = [column.at + start for column, start in zip(columns, starts, strict=False)]
        return cls(data, np.concatenate(at), np.concatenate([column.size for column in columns]))

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, place: int) -> str:
        at = int(self.at[place])
        return str(self.data[at : at + int(self.size[place])].data, "utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(self.strings())

    def take(self, places: IntArray) -> Texts:
        """Return the texts at `places`, over the same buffer."""
        return Texts(self.data, self.at[places], self.size[places])

    def packed(self) -> Texts:
        """Return the texts one behind the other, in a buffer of their own."""
        ends = np.cumsum(self.size)
        data = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
        copy_texts(self.data, self.at, self.size, data, ends - self.size)
        data.flags.writeable = False
        return Texts(data, ends - self.size, self.size)

    def replaced(self, places: IntArray, texts: Sequence[str]) -> Texts:
        """Return the column with other texts at `places`, each named once.

        >>> Texts.of(["ann", "bob"]).replaced(np.array([0]), ["小安"]).strings()
        ['小安', 'bob']
        """
        if not len(places):
            return self
        both = Texts.joined([self, Texts.of(texts)])
        which = np.arange(len(self))
        which[places] = np.arange(len(self), len(both))
        return both.take(which)

    def hashes(self) -> U64Array:
        """Return `features.hashing.hash64` of each text, uint64[n]."""
        hashes = np.empty(len(self), np.uint64)
        _hash(self.data, self.at, self.size, hashes)
        long = np.flatnonzero(self.size > LENGTH_MAX)
        if len(long):
            hashes[long] = hash64_many(self.take(long).strings())
        return hashes

    def strings(self) -> list[str]:
        """Return every text as a string."""
        packed = self.packed()
        raw = packed.data.tobytes()
        spans = zip(packed.at.tolist(), (packed.at + packed.size).tolist(), strict=True)
        if raw.isascii():
            text = raw.decode("ascii")
            return [text[start:end] for start, end in spans]
        return [raw[start:end].decode() for start, end in spans]


@compiled
def copy_texts(data: Bytes, at: IntArray, size: IntArray, out: Bytes, to: IntArray) -> None:
    """Copy texts of `data` into `out`, each to the place `to` it, where there is room."""
    for row in range(len(at)):
        copy_bytes(out, to[row], data, at[row], size[row])


@compiled
def _hash(data: Bytes, at: IntArray, size: IntArray, hashes: U64Array) -> None:
    for row in range(len(at)):
        if size[row] <= LENGTH_MAX:
            hashes[row] = hash_text(data, at[row], size[row])
