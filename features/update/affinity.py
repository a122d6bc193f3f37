"""The strongest ties of a user: a few hosts and categories with decayed weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS
from features.hashing import FloatArray, IntArray, U64Array
from features.row import NEVER, Rows
from features.update.batch import EventBatch
from features.update.presence import Moments
from features.update.weights import IS_WATCH

__all__ = ["add_categories", "add_hosts"]

_MAX_SECONDS = 2**32 - 1
_PER_MS = -1.0 / (AFFINITY_HALF_LIFE_DAYS * DAY_MS)
_NOWHERE = -1


def add_hosts(rows: Rows, batch: EventBatch, weights: FloatArray, moments: Moments) -> None:
    """Add the events' `weights` (float64[n]) to the users' hosts, and note last watches.

    A new host takes the place of the weakest (a free one weighs nothing) when it weighs as much,
    else it wears the weakest down by its own weight, so that a steady newcomer gets in: the rule
    of Misra and Gries (1982), on the weakest alone.
    """
    places, entered = np.empty(len(batch), np.int64), np.empty(len(batch), np.bool_)
    _add(rows["host_h"], rows["host_w"], moments, batch.host_h, weights, places, entered)
    _note_watches(rows["host_ts"], moments, IS_WATCH[batch.type], places, entered)


def add_categories(rows: Rows, batch: EventBatch, weights: FloatArray, moments: Moments) -> None:
    """Add the events' `weights` (float64[n]) to the users' categories, as for hosts."""
    places, entered = np.empty(len(batch), np.int64), np.empty(len(batch), np.bool_)
    fields = rows["category_h"], rows["category_w"]
    _add(*fields, moments, batch.category_h, weights, places, entered)


@compiled
def _add(
    keys: npt.NDArray[Any],
    held: npt.NDArray[Any],
    moments: Moments,
    hashes: U64Array,
    weights: FloatArray,
    places: IntArray,
    entered: npt.NDArray[np.bool_],
) -> None:
    """Fade and add; tell the place that each event's key holds now, and whether it is new there."""
    slot, ts, before, after = moments
    for event in range(len(slot)):
        user, places[event], entered[event] = slot[event], _NOWHERE, False
        age, late = after[event] - before[event], after[event] - ts[event]
        if age > 0 and before[event] != NEVER:
            kept = np.float32(np.exp2(age * _PER_MS))
            for place in range(held.shape[1]):
                held[user, place] *= kept
        if hashes[event] == 0 or weights[event] <= 0.0:
            continue
        worth = 1.0 if late == 0 else np.exp2(late * _PER_MS)
        weight = np.float32(weights[event] * worth)
        key = max(np.uint32(hashes[event] & np.uint64(0xFFFFFFFF)), np.uint32(1))
        weakest = 0
        for place in range(held.shape[1]):
            if keys[user, place] == key:
                places[event] = place
                break
            if held[user, place] < held[user, weakest]:
                weakest = place
        if places[event] >= 0:
            held[user, places[event]] += weight
        elif weight >= held[user, weakest]:
            keys[user, weakest], held[user, weakest] = key, weight
            places[event], entered[event] = weakest, True
        else:
            held[user, weakest] -= weight


@compiled
def _note_watches(
    seen: npt.NDArray[Any],
    moments: Moments,
    watched: npt.NDArray[np.bool_],
    places: IntArray,
    entered: npt.NDArray[np.bool_],
) -> None:
    slot, ts = moments.slot, moments.ts
    for event in range(len(slot)):
        user, place = slot[event], places[event]
        if place == _NOWHERE:
            continue
        second = min(max(ts[event] // 1000, 0), _MAX_SECONDS) if watched[event] else 0
        if entered[event] or second > seen[user, place]:
            seen[user, place] = np.uint32(second)
