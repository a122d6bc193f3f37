"""The ids of the users of a partition, by slot, in one arena of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from features.byte_arena import ByteArena
from features.compiled import compiled
from features.hashing import IntArray
from features.texts import Texts
from features.words import Bytes, same_bytes

__all__ = ["UserIds"]

_Sizes = npt.NDArray[np.uint16]


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
        self._arena = ByteArena(np.uint16)
        self._slots = 0

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
        held = self._arena
        at = int(held.at[slot])
        return None if at == 0 else str(held.data[at : at + int(held.size[slot])].data, "utf-8")

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, room that was never used counted in."""
        return self._arena.nbytes

    def held(self, slots: IntArray) -> npt.NDArray[np.bool_]:
        """Return whether somebody is at each slot, bool[n]; nobody is beyond the last one."""
        known = slots < self._slots
        known[known] = self._arena.at[slots[known]] != 0
        return known

    def texts(self, slots: IntArray) -> Texts:
        """Return the id at each slot as columns, valid until an id is put or dropped."""
        return self._arena.texts(slots)

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
        held = self._arena
        _compare(held.data, held.at, held.size, slots, ids.data, ids.at, ids.size, same)
        return same

    def extend(self, count: int) -> None:
        """Add so many slots where nobody is."""
        self._slots += count
        self._arena.extend(self._slots)

    def put(self, slots: IntArray, ids: Texts) -> None:
        """Put ids into slots where nobody is; `ValueError` for one of more than 65,535 bytes."""
        self._arena.put(slots, ids)

    def drop(self, slot: int) -> None:
        """Forget the id at a slot."""
        self._arena.drop(slot)


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
