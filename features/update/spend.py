"""What a user paid for gifts and goods, and how weary they are of reminders: two that fade."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS, FATIGUE_HALF_LIFE_DAYS
from features.hashing import FloatArray
from features.row import NEVER, Rows
from features.update.batch import EventBatch
from features.update.presence import Moments
from features.update.weights import IS_SPEND

__all__ = ["add_spend", "fade_fatigue"]

_AMOUNT_MAX = 1e12  # beyond any price: sums of what a broken producer sends stay finite
_SPEND_PER_MS = -1.0 / (AFFINITY_HALF_LIFE_DAYS * DAY_MS)
_FATIGUE_PER_MS = -1.0 / (FATIGUE_HALF_LIFE_DAYS * DAY_MS)


def add_spend(rows: Rows, batch: EventBatch, moments: Moments) -> None:
    """Add the amounts of gifts and purchases to ``spend_total`` and, as they fade, to ``spend``.

    An event without an amount adds 0.
    """
    _add(rows["spend"], rows["spend_total"], moments, IS_SPEND[batch.type], batch.amount)


def fade_fatigue(rows: Rows, moments: Moments) -> None:
    """Bring ``fatigue`` to where the row stands after each event."""
    _fade(rows["fatigue"], moments)


@compiled
def _add(
    spend: npt.NDArray[Any],
    total: npt.NDArray[Any],
    moments: Moments,
    spends: npt.NDArray[np.bool_],
    amount: FloatArray,
) -> None:
    slot, ts, before, after = moments
    for event in range(len(slot)):
        user, age = slot[event], after[event] - before[event]
        if age > 0 and spend[user] != 0:
            spend[user] *= np.float32(np.exp2(age * _SPEND_PER_MS))
        if spends[event] and amount[event] > 0.0:
            paid = min(amount[event], _AMOUNT_MAX)
            spend[user] += np.float32(paid * np.exp2((after[event] - ts[event]) * _SPEND_PER_MS))
            total[user] += paid


@compiled
def _fade(fatigue: npt.NDArray[Any], moments: Moments) -> None:
    slot, before, after = moments.slot, moments.before, moments.after
    for event in range(len(slot)):
        age = after[event] - before[event]
        if age > 0 and before[event] != NEVER:
            user, kept = slot[event], np.float32(np.exp2(age * _FATIGUE_PER_MS))
            for kind in range(fatigue.shape[1]):
                fatigue[user, kind] *= kept
