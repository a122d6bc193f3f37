"""What users did with single streams: reserved, attended, bought."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.contracts.interaction import TYPE_CODE
from features.edges import Edges, latest_of_each
from features.hashing import IntArray, U64Array
from features.row import NEVER

__all__ = ["ATTENDED", "EVER_RESERVED", "PURCHASED", "RESERVED", "TOUCH", "TOUCH_TYPES", "Touches"]

RESERVED = 1
EVER_RESERVED = 2
ATTENDED = 4
PURCHASED = 8

TOUCH = np.dtype(
    [
        ("reserved_ts", "<i8"),  # of the latest reserve or reserve_cancel, NEVER without one
        ("attended_ts", "<i8"),  # of the first enter or watch, NEVER without one
        ("last_attended_ts", "<i8"),  # of the last one, down to the minute
        ("purchased_ts", "<i8"),  # of the last purchase, NEVER without one
        ("flags", "u1"),  # RESERVED now; EVER_RESERVED, ATTENDED, PURCHASED at any time
    ]
)

_RESERVE, _CANCEL = TYPE_CODE["reserve"], TYPE_CODE["reserve_cancel"]
_ENTER, _WATCH, _PURCHASE = TYPE_CODE["enter"], TYPE_CODE["watch"], TYPE_CODE["purchase"]
TOUCH_TYPES = np.zeros(len(TYPE_CODE), dtype=np.bool_)
"""Which interaction types touch a stream, by type code."""
TOUCH_TYPES[[_RESERVE, _CANCEL, _ENTER, _WATCH, _PURCHASE]] = True
_MINUTE_MS = 60_000


class Touches(Edges):
    """Pairs of user and stream, dtype `TOUCH`.

    Reservations follow the later `ts`, arrival breaks ties; all else only grows, so that the
    order of arrival does not matter. The last attendance is kept to the minute, so that a pair
    that is being watched changes once a minute and not with every report.

    >>> touches = Touches()
    >>> types = np.array([TYPE_CODE["reserve"], TYPE_CODE["watch"]], np.uint8)
    >>> touches.touch_many(np.array([0, 0]), np.array([9, 9], np.uint64), np.array([5, 6]), types)
    >>> touches.lookup(np.array([0]), 9)["flags"].tolist() == [RESERVED | EVER_RESERVED | ATTENDED]
    True
    """

    KIND = b"\xfft"

    def __init__(self) -> None:
        super().__init__(np.array([(NEVER, NEVER, NEVER, NEVER, 0)], dtype=TOUCH))

    def touch_many(
        self, slots: IntArray, streams: U64Array, ts: IntArray, types: npt.NDArray[np.uint8]
    ) -> None:
        """Apply interactions, in the order of arrival; arrays of one length.

        `types` as in `TYPE_CODE`; those that touch no stream (see `TOUCH_TYPES`) are skipped.
        """
        chosen = np.flatnonzero(TOUCH_TYPES[types])
        if not len(chosen):
            return
        places = self._places(slots[chosen], streams[chosen])
        ts, types = ts[chosen], types[chosen]
        attended = (types == _ENTER) | (types == _WATCH)
        self._attend(places[attended], ts[attended])
        bought = types == _PURCHASE
        self._raise("purchased_ts", places[bought], ts[bought], PURCHASED)
        switch = np.flatnonzero((types == _RESERVE) | (types == _CANCEL))
        if len(switch):
            self._reserve(places[switch], ts[switch], types[switch] == _RESERVE)

    def expire(self, before_ts: int, keep: U64Array, ids: Sequence[str | None]) -> None:
        """Forget pairs whose newest time is before `before_ts` (epoch ms), with tombstones.

        `keep`: hashes of streams that are still to come, whose pairs stay whatever their age.
        """
        rows = self.rows[: self._used]
        old = (self._slots[: self._used] >= 0) & ~np.isin(self._targets[: self._used], keep)
        for name in ("reserved_ts", "last_attended_ts", "purchased_ts"):
            old &= rows[name] < before_ts
        doomed = np.flatnonzero(old)
        self._tombstones.update(dict.fromkeys(self._keys(doomed, ids)))
        self._drop(doomed)

    def _attend(self, places: IntArray, ts: IntArray) -> None:
        first = self.rows["attended_ts"][places]
        earlier = np.flatnonzero((first == NEVER) | (ts < first))
        if len(earlier):
            order = earlier[np.argsort(-ts[earlier], kind="stable")]
            self.rows["attended_ts"][places[order]] = ts[order]
            self._changed[places[order]] = True
        self._raise("last_attended_ts", places, ts // _MINUTE_MS * _MINUTE_MS, ATTENDED)

    def _raise(self, name: str, places: IntArray, ts: IntArray, flag: int) -> None:
        later = np.flatnonzero(ts > self.rows[name][places])
        if len(later):
            order = later[np.argsort(ts[later], kind="stable")]
            self.rows[name][places[order]] = ts[order]
            self.rows["flags"][places[order]] |= np.uint8(flag)
            self._changed[places[order]] = True

    def _reserve(self, places: IntArray, ts: IntArray, on: npt.NDArray[np.bool_]) -> None:
        ever = places[on]
        fresh = ever[self.rows["flags"][ever] & EVER_RESERVED == 0]
        self.rows["flags"][fresh] |= np.uint8(EVER_RESERVED)
        self._changed[fresh] = True
        latest = latest_of_each(places, ts)
        places, ts, on = places[latest], ts[latest], on[latest]
        known_ts, was_on = self.rows["reserved_ts"][places], self.rows["flags"][places] & RESERVED
        newer = (ts > known_ts) | ((ts == known_ts) & (on != (was_on != 0)))
        switched = newer & (on != (was_on != 0))
        self.rows["reserved_ts"][places[newer]] = ts[newer]
        self.rows["flags"][places[switched]] ^= np.uint8(RESERVED)
        self._changed[places[newer]] = True
        self._signal(places[switched], on[switched])
