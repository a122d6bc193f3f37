"""Counts of each behaviour: exact, and decayed with three half-lives."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.contracts import INTERACTION_TYPES
from features.decay import DAY_MS
from features.hashing import FloatArray, IntArray
from features.row import COUNT_CODE, HALF_LIVES_DAYS, NEVER, Rows
from features.update.batch import EventBatch
from features.update.presence import Moments

__all__ = ["add_counts"]

_PER_MS = np.array([-1.0 / (days * DAY_MS) for days in HALF_LIVES_DAYS])
_NOT_COUNTED = -1
_PLACE = np.array([COUNT_CODE.get(name, _NOT_COUNTED) for name in INTERACTION_TYPES])


def add_counts(rows: Rows, batch: EventBatch, moments: Moments) -> IntArray:
    """Add each event to `totals` and, worth what it is when it comes, to `counts`.

    Returns the how manyth of its type and user each event is, int64[n].
    """
    nth = np.empty(len(batch), np.int64)
    fields = rows["counts"], rows["totals"]
    _add(*fields, _PER_MS, _PLACE, batch.type, moments, nth)
    return nth


@compiled
def _add(
    counts: npt.NDArray[Any],
    totals: npt.NDArray[Any],
    per_ms: FloatArray,
    place: IntArray,
    kind: npt.NDArray[np.uint8],
    moments: Moments,
    nth: IntArray,
) -> None:
    slot, ts, before, after = moments
    for event in range(len(slot)):
        user, column = slot[event], place[kind[event]]
        age = after[event] - before[event]
        late = after[event] - ts[event]
        for half in range(len(per_ms)):
            if age > 0 and before[event] != NEVER:
                kept = np.float32(np.exp2(age * per_ms[half]))
                for each in range(counts.shape[2]):
                    counts[user, half, each] *= kept
            if column >= 0:
                worth = 1.0 if late == 0 else np.exp2(late * per_ms[half])
                counts[user, half, column] += np.float32(worth)
        totals[user, kind[event]] += np.uint32(1)
        nth[event] = totals[user, kind[event]]
