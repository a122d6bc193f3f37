"""When a user was first seen and last seen: the reference of all that fades in their row."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.hashing import IntArray
from features.row import NEVER, Rows
from features.update.batch import EventBatch

__all__ = ["Moments", "note_times"]


class Moments(NamedTuple):
    """Whose each event is, when it was, and where their row's decays stand: int64[n] each.

    `before` and `after` are the row's ``last_ts`` as the event finds it (`NEVER` where it is the
    first) and leaves it; times in epoch ms.
    """

    slot: IntArray
    ts: IntArray
    before: IntArray
    after: IntArray


def note_times(rows: Rows, batch: EventBatch) -> Moments:
    """Set ``first_ts`` and ``last_ts``; late events may move the first, never the last."""
    before, after = np.empty(len(batch), np.int64), np.empty(len(batch), np.int64)
    moments = Moments(batch.slot, batch.ts, before, after)
    _note(rows["first_ts"], rows["last_ts"], moments)
    return moments


@compiled
def _note(first: npt.NDArray[Any], last: npt.NDArray[Any], moments: Moments) -> None:
    slot, ts, before, after = moments
    for event in range(len(slot)):
        user, at = slot[event], ts[event]
        before[event] = last[user]
        last[user] = after[event] = max(last[user], at)
        if at < first[user] or first[user] == NEVER:
            first[user] = at
