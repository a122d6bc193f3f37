"""Who follows which host: the later `ts` wins, arrival breaks ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.edges import Edges, latest_of_each
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
        if not len(slots):
            return
        places = self._places(slots, hosts)
        latest = latest_of_each(places, ts)
        places, ts, on = places[latest], ts[latest], on[latest]
        rows = self.rows[places]
        flags = on.astype(np.uint8) * np.uint8(FOLLOWING)
        newer = (ts >= rows["ts"]) & ((ts != rows["ts"]) | (flags != rows["flags"]))
        switched = newer & (flags != rows["flags"])
        places, ts, flags = places[newer], ts[newer], flags[newer]
        self.rows["ts"][places] = ts
        self.rows["flags"][places] = flags
        self._changed[places] = True
        self._signal(places[switched[newer]], on[switched])

    def following(self, slots: IntArray, hosts: U64Array | int) -> npt.NDArray[np.bool_]:
        """Return whether each user follows the host, bool[n]."""
        return np.asarray(self.lookup(slots, hosts)["flags"] & FOLLOWING != 0)

    def followers(self, host: int) -> IntArray:
        """Return the slots that follow the host, int64[k], in no telling order."""
        places = self._places_with(host)
        slots: IntArray = self._slots[places[self.rows["flags"][places] & FOLLOWING != 0]]
        return slots
