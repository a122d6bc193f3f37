"""Which places of a table have changed: each listed once, without a look at all the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.growing import extended, roomier, untouched
from features.hashing import IntArray

__all__ = ["ChangedPlaces"]

_FIRST_ROOM = 4096


class ChangedPlaces:
    """A set of the places 0 to `capacity` - 1, in the order in which they were added.

    >>> changed = ChangedPlaces(10)
    >>> changed.add(np.array([7, 3, 7, 5]))
    >>> changed.discard(np.array([3]))
    >>> changed.take().tolist(), changed.take().tolist()
    ([7, 5], [])
    """

    def __init__(self, capacity: int) -> None:
        self._is_in: npt.NDArray[np.bool_] = untouched(capacity, np.bool_)
        self._listed: IntArray = np.zeros(_FIRST_ROOM, dtype=np.int64)
        self._count = 0

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self._is_in.nbytes + self._listed.nbytes

    def extend(self, capacity: int) -> None:
        """Make room for more places."""
        self._is_in = extended(self._is_in, capacity)

    def add(self, places: IntArray) -> None:
        """Add places, some of them maybe twice."""
        room = roomier(len(self._listed), self._count + len(places))
        self._listed = extended(self._listed, room)
        self._count = _add(self._is_in, self._listed, self._count, places)

    def discard(self, places: IntArray) -> None:
        """Take places out, where they are in."""
        self._is_in[places] = False

    def listed(self) -> IntArray:
        """Return all that are in, int64[n], and keep them."""
        taken = self.take()
        self.add(taken)
        return taken

    def take(self) -> IntArray:
        """Return all that are in, int64[n], and be empty."""
        taken = self._listed[: _take(self._is_in, self._listed[: self._count])]
        self._listed, self._count = np.zeros(_FIRST_ROOM, dtype=np.int64), 0
        return taken


@compiled
def _add(is_in: npt.NDArray[np.bool_], listed: IntArray, count: int, places: IntArray) -> int:
    for number in range(len(places)):
        place = places[number]
        if not is_in[place]:
            is_in[place] = True
            listed[count] = place
            count += 1
    return count


@compiled
def _take(is_in: npt.NDArray[np.bool_], listed: IntArray) -> int:
    """Move the places that are in to the front, each once, and say how many they are."""
    count = 0
    for number in range(len(listed)):
        place = listed[number]
        # Discarded places stay in the list, and those added again are in it twice.
        if is_in[place]:
            is_in[place] = False
            listed[count] = place
            count += 1
    return count
