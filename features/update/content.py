"""What a user watches: the decayed sum of the content vectors of watched streams."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS
from features.hashing import FloatArray, IntArray, U64Array
from features.mixing import pair_hash
from features.row import NEVER, Rows
from features.steps import CONTENT_STEPS, dithered, fitting_unit, usable_unit
from features.update.batch import EventBatch
from features.update.presence import Moments
from features.update.weights import IS_WATCH

__all__ = ["add_content"]

_NEXT, _ODD = np.uint64(6364136223846793005), np.uint64(1442695040888963407)


def add_content(
    rows: Rows,
    batch: EventBatch,
    weights: FloatArray,
    moments: Moments,
    nth: IntArray,
) -> None:
    """Add what was watched, times `weights` (not decayed, float64[n]), to ``content``.

    The direction is that of the decayed mean, the length says how much there is to it. It is
    decayed by whole UTC days (half-life 30 d). `nth` (int64[n]) tells events of one user and time
    apart.
    """
    says = np.asarray(batch.contents.any(axis=1))
    added = weights * (IS_WATCH[batch.type] & says[batch.content])
    fields = rows["content"], rows["content_unit"], rows["user_h"]
    _add(*fields, moments, nth, added, batch.content, batch.contents)


@compiled
def _add(
    content: npt.NDArray[Any],
    unit: npt.NDArray[Any],
    user_h: U64Array,
    moments: Moments,
    nth: IntArray,
    weights: FloatArray,
    which: IntArray,
    contents: npt.NDArray[np.float32],
) -> None:
    slot, ts, before, after = moments
    for event in range(len(slot)):
        user, day = slot[event], after[event] // DAY_MS
        days = day - before[event] // DAY_MS
        if days > 0 and before[event] != NEVER:
            unit[user] *= np.float32(np.exp2(days / -AFFINITY_HALF_LIFE_DAYS))
        if weights[event] <= 0.0:
            continue
        age = day - ts[event] // DAY_MS
        weight = weights[event] * np.exp2(age / -AFFINITY_HALF_LIFE_DAYS)
        chance = pair_hash(user_h[user] ^ np.uint64(ts[event]), np.uint64(nth[event]))
        _add_vector(content[user], unit[user : user + 1], contents[which[event]], weight, chance)


@compiled
def _add_vector(
    content: npt.NDArray[Any],
    unit: npt.NDArray[Any],
    vector: npt.NDArray[np.float32],
    weight: float,
    chance: np.uint64,
) -> None:
    step = usable_unit(np.float64(unit[0]))
    if step != unit[0]:
        content[:] = 0
    largest = 0.0
    for place in range(len(content)):
        largest = max(largest, abs(content[place] * step + vector[place] * weight))
    grown = fitting_unit(step, largest, CONTENT_STEPS)
    for place in range(len(content)):
        if content[place] != 0 or vector[place] != 0.0:
            number = (content[place] * step + vector[place] * weight) / grown
            content[place] = dithered(number, chance)
            chance = chance * _NEXT + _ODD
    unit[0] = grown
