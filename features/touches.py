"""What users did with single streams: reserved, attended, bought."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.contracts.interaction import TYPE_CODE
from features.edges import Edges
from features.hashing import IntArray, U64Array
from features.row import NEVER
from features.user_ids import UserIds

__all__ = [
    "ATTENDED",
    "EVER_RESERVED",
    "PURCHASED",
    "RESERVED",
    "TOUCH",
    "TOUCH_TYPES",
    "Came",
    "Touches",
]

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
_CHANGED, _SWITCHED, _CAME = 1, 2, 3
_Fields = tuple[npt.NDArray[Any], ...]


class Came(NamedTuple):
    """Users who attended a stream for the first time.

    `slots` int64[n], `streams` uint64[n], `ts` int64[n]: when, epoch ms.
    """

    slots: IntArray
    streams: U64Array
    ts: IntArray


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
        self._came: list[Came] = []

    def touch_many(
        self, slots: IntArray, streams: U64Array, ts: IntArray, types: npt.NDArray[np.uint8]
    ) -> None:
        """Apply interactions, in the order of arrival; arrays of one length.

        `types` as in `TYPE_CODE`; those that touch no stream (see `TOUCH_TYPES`) are skipped, and
        so are events about none, whose stream is 0.
        """
        chosen = np.flatnonzero(TOUCH_TYPES[types] & (streams != 0))
        if not len(chosen):
            return
        ts, types = ts[chosen], types[chosen]
        places = self._places(slots[chosen], streams[chosen])
        news = np.zeros(len(chosen), np.uint8)
        fields = tuple(self.rows[name] for name in TOUCH.names or ())
        _touch(fields, places, ts, types, news)
        self._changed.add(places[news != 0])
        self._signal(places[(news == _SWITCHED) & (types == _RESERVE)])
        came = chosen[news == _CAME]
        if len(came):
            self._came.append(Came(slots[came], streams[came], ts[news == _CAME]))

    def take_came(self) -> Came:
        """Return who came to a stream for the first time since the last call, as events arrived."""
        taken, self._came = self._came, []
        return Came(
            np.concatenate([np.empty(0, np.int64), *(one.slots for one in taken)]),
            np.concatenate([np.empty(0, np.uint64), *(one.streams for one in taken)]),
            np.concatenate([np.empty(0, np.int64), *(one.ts for one in taken)]),
        )

    def remove_slots(self, slots: IntArray, ids: UserIds) -> None:
        """Forget all pairs of these slots, and that their users came."""
        super().remove_slots(slots, ids)
        for place, one in enumerate(self._came):
            kept = ~np.isin(one.slots, slots)
            self._came[place] = Came(one.slots[kept], one.streams[kept], one.ts[kept])

    def expire(self, before_ts: int, keep: U64Array, ids: UserIds) -> None:
        """Forget pairs whose newest time is before `before_ts` (epoch ms), with tombstones.

        `keep`: hashes of streams that are still to come, whose pairs stay whatever their age.
        """
        rows = self.rows[: self._used]
        old = (self._slots[: self._used] >= 0) & ~np.isin(self._targets[: self._used], keep)
        for name in ("reserved_ts", "last_attended_ts", "purchased_ts"):
            old &= rows[name] < before_ts
        self._entomb(np.flatnonzero(old), ids)


@compiled
def _touch(
    fields: _Fields,
    places: IntArray,
    ts: IntArray,
    types: npt.NDArray[np.uint8],
    news: npt.NDArray[np.uint8],
) -> None:
    """Apply each event to its pair; say of each whether it changed or switched something."""
    reserved_ts, attended_ts, last_ts, purchased_ts, flags = fields
    for event in range(len(places)):
        place, when, kind = places[event], ts[event], types[event]
        if kind in (_ENTER, _WATCH):
            if attended_ts[place] == NEVER or when < attended_ts[place]:
                attended_ts[place] = when
                news[event] = _CHANGED
            minute = when // _MINUTE_MS * _MINUTE_MS
            if minute > last_ts[place]:
                last_ts[place] = minute
                news[event] = _CHANGED if flags[place] & ATTENDED else _CAME
                flags[place] |= np.uint8(ATTENDED)
        elif kind == _PURCHASE:
            if when > purchased_ts[place]:
                purchased_ts[place] = when
                flags[place] |= np.uint8(PURCHASED)
                news[event] = _CHANGED
        else:
            on = kind == _RESERVE
            if on and flags[place] & EVER_RESERVED == 0:
                flags[place] |= np.uint8(EVER_RESERVED)
                news[event] = _CHANGED
            differs = on != (flags[place] & RESERVED != 0)
            if when > reserved_ts[place] or (when == reserved_ts[place] and differs):
                reserved_ts[place] = when
                news[event] = _CHANGED
                if differs:
                    flags[place] ^= np.uint8(RESERVED)
                    news[event] = _SWITCHED
