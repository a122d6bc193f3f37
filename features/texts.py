"""Texts as columns over one buffer, without a Python object a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.compiled import compiled
from features.hashing import IntArray, U64Array, hash64_many
from features.words import Bytes
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

    def __len__(self) -> int:
        return len(self.at)

    def take(self, places: IntArray) -> Texts:
        """Return the texts at `places`, over the same buffer."""
        return Texts(self.data, self.at[places], self.size[places])

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
        to = np.cumsum(self.size) - self.size
        packed = np.empty(int(self.size.sum()), np.uint8)
        copy_texts(self.data, self.at, self.size, packed, to)
        raw = packed.tobytes()
        spans = zip(to.tolist(), (to + self.size).tolist(), strict=True)
        if raw.isascii():
            text = raw.decode("ascii")
            return [text[start:end] for start, end in spans]
        return [raw[start:end].decode() for start, end in spans]


@compiled
def copy_texts(data: Bytes, at: IntArray, size: IntArray, out: Bytes, to: IntArray) -> None:
    """Copy texts of `data` into `out`, each to the place `to` it, where there is room."""
    for row in range(len(at)):
        source, target = at[row], to[row]
        for place in range(size[row]):
            out[target + place] = data[source + place]


@compiled
def _hash(data: Bytes, at: IntArray, size: IntArray, hashes: U64Array) -> None:
    for row in range(len(at)):
        if size[row] <= LENGTH_MAX:
            hashes[row] = hash_text(data, at[row], size[row])
