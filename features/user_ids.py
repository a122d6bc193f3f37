"""The ids of the users of a partition, by slot, in one arena of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.growing import extended, roomier
from features.hashing import IntArray
from features.texts import Texts, copy_texts
from features.words import Bytes, same_bytes

__all__ = ["UserIds"]

_Sizes = npt.NDArray[np.uint16]
_FIRST_CAPACITY = 1 << 17
_FIRST_BYTES = 1 << 20
_LEAST_DEAD = 1 << 16
_LONGEST = (1 << 16) - 1


class UserIds(Sequence[str | None]):
    """Ids by slot, `None` where nobody is: 10 bytes a slot and the id itself in UTF-8.

    Strings are made when they are asked for. What removed ids leave behind is cleared away when
    it is more than half of the arena.

    >>> ids = UserIds()
    >>> ids.extend(3)
    >>> ids.put(np.array([2, 0]), Texts.of(["ann", "bob"]))
    >>> list(ids), ids.strings(np.array([2, 1]))
    (['bob', None, 'ann'], ['ann', None])
    """

    def __init__(self) -> None:
        self._data: Bytes = np.zeros(_FIRST_BYTES, np.uint8)
        self._at: IntArray = np.zeros(_FIRST_CAPACITY, np.int64)
        self._size: _Sizes = np.zeros(_FIRST_CAPACITY, np.uint16)
        self._slots = 0
        # Ids begin behind the first byte, so that 0 in `_at` says that nobody is there.
        self._end = 1
        self._dead = 0

    def __len__(self) -> int:
        return self._slots

    @overload
    def __getitem__(self, slot: int) -> str | None: ...
    @overload
    def __getitem__(self, slot: slice) -> list[str | None]: ...
    def __getitem__(self, slot: int | slice) -> str | list[str | None] | None:
        if isinstance(slot, slice):
            return self.strings(np.arange(self._slots)[slot])
        if not 0 <= slot < self._slots:
            raise IndexError(f"slot {slot} of {self._slots}")
        at = int(self._at[slot])
        return None if at == 0 else str(self._data[at : at + int(self._size[slot])].data, "utf-8")

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, room that was never used counted in."""
        return self._data.nbytes + self._at.nbytes + self._size.nbytes

    def held(self, slots: IntArray) -> npt.NDArray[np.bool_]:
        """Return whether somebody is at each slot, bool[n]; nobody is beyond the last one."""
        known = slots < self._slots
        known[known] = self._at[slots[known]] != 0
        return known

    def texts(self, slots: IntArray) -> Texts:
        """Return the id at each slot as columns, valid until an id is put or dropped."""
        data = self._data[:]
        data.flags.writeable = False
        return Texts(data, self._at[slots], self._size[slots].astype(np.int64))

    def strings(self, slots: IntArray) -> list[str | None]:
        """Return the id at each slot, `None` where nobody is."""
        texts = self.texts(slots)
        found: list[str | None] = [*texts.strings()]
        for place in np.flatnonzero(texts.at == 0).tolist():
            found[place] = None
        return found

    def same(self, slots: IntArray, ids: Texts) -> npt.NDArray[np.bool_]:
        """Return whether each id is the one at its slot, bool[n]; false for slot -1."""
        same = np.zeros(len(slots), np.bool_)
        _compare(self._data, self._at, self._size, slots, ids.data, ids.at, ids.size, same)
        return same

    def extend(self, count: int) -> None:
        """Add so many slots where nobody is."""
        self._slots += count
        capacity = roomier(len(self._at), self._slots)
        self._at = extended(self._at, capacity)
        self._size = extended(self._size, capacity)

    def put(self, slots: IntArray, ids: Texts) -> None:
        """Put ids into slots where nobody is; `ValueError` for one of more than 65,535 bytes."""
        if len(ids) and int(ids.size.max()) > _LONGEST:
            raise ValueError(f"a user id may have at most {_LONGEST} bytes")
        ends = self._end + np.cumsum(ids.size)
        starts = ends - ids.size
        if len(ids):
            self._end = int(ends[-1])
        self._data = extended(self._data, roomier(len(self._data), self._end))
        copy_texts(ids.data, ids.at, ids.size, self._data, starts)
        self._at[slots] = starts
        self._size[slots] = ids.size

    def drop(self, slot: int) -> None:
        """Forget the id at a slot."""
        self._dead += int(self._size[slot])
        self._at[slot] = self._size[slot] = 0
        if self._dead > max(self._end // 2, _LEAST_DEAD):
            self._compact()

    def _compact(self) -> None:
        slots = np.flatnonzero(self._at)
        held = self.texts(slots)
        self._data = np.zeros(max(_FIRST_BYTES, self._end - self._dead), np.uint8)
        self._end, self._dead = 1, 0
        self.put(slots, held)


@compiled
def _compare(
    held: Bytes,
    held_at: IntArray,
    held_size: _Sizes,
    slots: IntArray,
    data: Bytes,
    at: IntArray,
    size: IntArray,
    same: npt.NDArray[np.bool_],
) -> None:
    for row in range(len(slots)):
        slot = slots[row]
        if slot >= 0 and held_size[slot] == size[row] and held_at[slot] != 0:
            same[row] = same_bytes(held, held_at[slot], data, at[row], size[row])
