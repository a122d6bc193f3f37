"""Bytes by slot in one arena, without a Python object a slot."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, read_only
from features.growing import extended, roomier, untouched
from features.hashing import IntArray
from features.texts import Texts
from features.words import Bytes, copy_bytes, same_bytes

__all__ = ["ByteArena"]

Sizes = npt.NDArray[Any]
_FIRST_CAPACITY = 1 << 17
_FIRST_BYTES = 1 << 20
_LEAST_DEAD = 1 << 16


class ByteArena:
    """Bytes by slot; what was never put or was dropped is nothing, which `at` says with 0.

    What dropped and longer successors leave behind is cleared away when it is more than half of
    the arena.

    Parameters
    ----------
    sizes : unsigned integers that hold the size of the largest.

    >>> arena = ByteArena(np.uint16)
    >>> arena.extend(3)
    >>> arena.put(np.array([2, 0]), Texts.of(["ann", "bob"])).tolist()
    [True, True]
    >>> arena.put(np.array([2]), Texts.of(["al"])).tolist()
    [True]
    >>> arena.texts(np.array([0, 1, 2])).strings()
    ['bob', '', 'al']
    """

    def __init__(self, sizes: type[np.unsignedinteger[Any]]) -> None:
        self.data: Bytes = untouched(_FIRST_BYTES, np.uint8)
        self.at: IntArray = untouched(_FIRST_CAPACITY, np.int64)
        self.size: Sizes = untouched(_FIRST_CAPACITY, sizes)
        self._longest = int(np.iinfo(sizes).max)
        # Bytes begin behind the first one, so that 0 in `at` says that there are none.
        self._end = 1
        self._dead = 0

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, room that was never used counted in."""
        return self.data.nbytes + self.at.nbytes + self.size.nbytes

    def texts(self, slots: IntArray) -> Texts:
        """Return the bytes at each slot as columns, valid until some are put or dropped."""
        return Texts(read_only(self.data), self.at[slots], self.size[slots].astype(np.int64))

    def extend(self, slots: int) -> None:
        """Make room for so many slots in all."""
        capacity = roomier(len(self.at), slots)
        self.at = extended(self.at, capacity)
        self.size = extended(self.size, capacity)

    def put(self, slots: IntArray, texts: Texts) -> npt.NDArray[np.bool_]:
        """Put bytes into slots; of a slot that comes twice the last ones stay.

        Returns which of them differ from what was there, bool[n]. Raises `ValueError` for what is
        too large for the sizes.
        """
        news = np.zeros(len(texts), np.bool_)
        if not len(texts):
            return news
        if int(texts.size.max()) > self._longest:
            raise ValueError(f"got more than the {self._longest} bytes that may lie at a slot")
        needed = self._end + int(texts.size.sum())
        self.data = extended(self.data, roomier(len(self.data), needed))
        held = (self.data, self.at, self.size)
        self._end, dead = _put(held, slots, texts.data, texts.at, texts.size, self._end, news)
        self._clear(self._dead + dead)
        return news

    def drop(self, slot: int) -> None:
        """Forget the bytes at a slot."""
        dead = self._dead + int(self.size[slot])
        self.at[slot] = self.size[slot] = 0
        self._clear(dead)

    def _clear(self, dead: int) -> None:
        """Note how much is dead, and copy what is not when it is too much."""
        self._dead = dead
        if dead <= max(self._end // 2, _LEAST_DEAD):
            return
        slots = np.flatnonzero(self.at)
        held = self.texts(slots)
        self.data = untouched(max(_FIRST_BYTES, self._end - dead), np.uint8)
        self.at[slots] = self.size[slots] = 0
        self._end, self._dead = 1, 0
        self.put(slots, held)


@compiled
def _put(
    held: tuple[Bytes, IntArray, Sizes],
    slots: IntArray,
    data: Bytes,
    at: IntArray,
    size: IntArray,
    end: int,
    news: npt.NDArray[np.bool_],
) -> tuple[int, int]:
    """Put bytes, for which there is room behind `end`; return the new end, and what became dead."""
    held_data, held_at, held_size = held
    dead = np.int64(0)
    for row in range(len(slots)):
        slot = slots[row]
        known = np.int64(held_size[slot])
        if known == size[row] and same_bytes(held_data, held_at[slot], data, at[row], size[row]):
            if held_at[slot] == 0:
                held_at[slot] = end
            continue
        news[row] = True
        if held_at[slot] == 0 or size[row] > known:
            held_at[slot] = end
            end += size[row]
            dead += known
        else:
            dead += known - size[row]
        held_size[slot] = size[row]
        copy_bytes(held_data, held_at[slot], data, at[row], size[row])
    return end, int(dead)
