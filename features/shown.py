"""Which copies users were shown last, and how long ago: what is repeated wears out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.hashing import IntArray, U64Array
from features.row import Rows

__all__ = ["NOWHERE", "last_shown", "note_shown"]

NOWHERE = -1
HOUR_MS = 3_600_000
_HOURS = 1 << 16
_Shorts = npt.NDArray[np.uint16]


def note_shown(rows: Rows, slots: IntArray, copies: U64Array, send_ts: IntArray) -> None:
    """Remember the copy of each reminder that is sent.

    `slots` int64[n], `copies` uint64[n] hashes of their ids, `send_ts` int64[n] epoch ms. Of a
    user the last 2 copies are kept, the newest first, by 16 bits: one in 65,536 is taken for
    another. Hours are kept for 7 years, then they begin anew.
    """
    hours = (send_ts // HOUR_MS % _HOURS).astype(np.uint16)
    _note(rows["shown_h"], rows["shown_hour"], slots, _shortened(copies), hours)


def last_shown(
    rows: Rows, slots: IntArray, copies: U64Array, now_ts: IntArray
) -> tuple[IntArray, IntArray]:
    """Return which of `copies` (uint64[k]) users were shown last, and how many hours ago.

    Both int64[n, 2], the newest first: a place among the copies, `NOWHERE` for none of them, where
    the hours are 0. `now_ts` int64[n] epoch ms.
    """
    shown_h, shown_hour = rows["shown_h"], rows["shown_hour"]
    place = np.full((len(slots), shown_h.shape[1]), NOWHERE)
    hours = np.zeros_like(place)
    _find(shown_h, shown_hour, slots, _shortened(copies), now_ts // HOUR_MS, place, hours)
    return place, hours


def _shortened(copies: U64Array) -> _Shorts:
    """Return 16 bits of each hash, never 0."""
    return np.asarray(np.maximum(copies & np.uint64(_HOURS - 1), np.uint64(1)).astype(np.uint16))


@compiled
def _note(shown_h: Any, shown_hour: Any, slots: IntArray, copies: _Shorts, hours: _Shorts) -> None:
    for number in range(len(slots)):
        slot, place = slots[number], 0
        while place < shown_h.shape[1] - 1 and shown_h[slot, place] != copies[number]:
            place += 1
        for later in range(place, 0, -1):
            shown_h[slot, later] = shown_h[slot, later - 1]
            shown_hour[slot, later] = shown_hour[slot, later - 1]
        shown_h[slot, 0], shown_hour[slot, 0] = copies[number], hours[number]


@compiled
def _find(
    shown_h: Any,
    shown_hour: Any,
    slots: IntArray,
    copies: _Shorts,
    now_h: IntArray,
    place: IntArray,
    hours: IntArray,
) -> None:
    for row in range(len(slots)):
        slot = slots[row]
        for nth in range(shown_h.shape[1]):
            for copy in range(len(copies)):
                if shown_h[slot, nth] == copies[copy]:
                    place[row, nth] = copy
                    hours[row, nth] = (now_h[row] - shown_hour[slot, nth]) % _HOURS
