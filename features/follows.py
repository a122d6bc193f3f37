"""Who follows which host: the later `ts` wins, arrival breaks ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.edges import Edges
from features.hashing import IntArray, U64Array
from features.row import NEVER

__all__ = ["FOLLOW", "FOLLOWING", "Follows"]

FOLLOWING = 1

FOLLOW = np.dtype(
    [
        ("ts", "<i8"),  # of the latest follow or unfollow, NEVER without one
        ("flags", "u1"),  # FOLLOWING
    ]
)


class Follows(Edges):
    """Pairs of user and host, dtype `FOLLOW`; an unfollow stays, to beat older follows.

    >>> follows = Follows()
    >>> slots, hosts = np.array([0, 0]), np.array([7, 7], np.uint64)
    >>> follows.set_many(slots, hosts, np.array([20, 10]), np.array([True, False]))
    >>> bool(follows.following(np.array([0]), 7)[0])
    True
    """

    KIND = b"\xfff"

    def __init__(self) -> None:
        super().__init__(np.array([(NEVER, 0)], dtype=FOLLOW))

    def set_many(
        self,
        slots: IntArray,
        hosts: U64Array,
        ts: IntArray,
        on: npt.NDArray[np.bool_],
    ) -> None:
        """Apply follows (`on`) and unfollows, in the order of arrival; arrays of one length."""
        places = self._places(slots, hosts)
        changed, switched = np.zeros(len(ts), np.bool_), np.zeros(len(ts), np.bool_)
        _set(self.rows["ts"], self.rows["flags"], places, ts, on, changed, switched)
        self._changed.add(places[changed])
        self._signal(places[switched & on])

    def following(self, slots: IntArray, hosts: U64Array | int) -> npt.NDArray[np.bool_]:
        """Return whether each user follows the host, bool[n]."""
        return np.asarray(self.lookup(slots, hosts)["flags"] & FOLLOWING != 0)

    def followers(self, host: int) -> IntArray:
        """Return the slots that follow the host, int64[k], in no telling order."""
        places = self._places_with(host)
        following = places[self.rows["flags"][places] & FOLLOWING != 0]
        slots: IntArray = self._slots[following].astype(np.int64)
        return slots


@compiled
def _set(
    known_ts: IntArray,
    flags: npt.NDArray[np.uint8],
    places: IntArray,
    ts: IntArray,
    on: npt.NDArray[np.bool_],
    changed: npt.NDArray[np.bool_],
    switched: npt.NDArray[np.bool_],
) -> None:
    """Apply each event to its pair; say which changed something, and which switched it."""
    for event in range(len(places)):
        place = places[event]
        differs = on[event] != (flags[place] & FOLLOWING != 0)
        if ts[event] > known_ts[place] or (ts[event] == known_ts[place] and differs):
            known_ts[place] = ts[event]
            flags[place] = FOLLOWING if on[event] else 0
            changed[event], switched[event] = True, differs
