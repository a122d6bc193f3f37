"""The strongest ties of a user: a few hosts and categories with decayed weights."""

from __future__ import annotations

import numpy as np

from features.hashing import FloatArray
from features.row import Rows
from features.update.batch import EventBatch
from features.update.top_places import TiePairs, TiePlaces
from features.update.weights import IS_WATCH

__all__ = ["add_categories", "add_hosts"]

_MAX_SECONDS = 2**32 - 1


def add_hosts(rows: Rows, batch: EventBatch, weights: FloatArray) -> None:
    """Add the events' decayed `weights` (float64[n]) to the users' hosts, and note last watches.

    The rows' own weights already stand at the batch's reference.
    """
    seconds = np.clip(batch.ts // 1000, 0, _MAX_SECONDS)
    watched = np.where(IS_WATCH[batch.type], seconds, 0)
    pairs = TiePairs.of(batch.user, batch.host_h, weights, watched)
    places = TiePlaces(rows["host_h"], rows["host_w"])
    seen = rows["host_ts"]
    found = places.find(pairs)
    known = np.flatnonzero(found >= 0)
    places.add(pairs, known, found[known])
    user, place = pairs.user[known], found[known]
    seen[user, place] = np.maximum(seen[user, place], pairs.latest[known])
    for chosen in pairs.rounds(found < 0):
        entered, place = places.enter(pairs, chosen)
        seen[pairs.user[entered], place] = pairs.latest[entered]


def add_categories(rows: Rows, batch: EventBatch, weights: FloatArray) -> None:
    """Add the events' decayed `weights` (float64[n]) to the users' categories, as for hosts."""
    pairs = TiePairs.of(batch.user, batch.category_h, weights, np.zeros(len(batch), np.int64))
    places = TiePlaces(rows["category_h"], rows["category_w"])
    found = places.find(pairs)
    known = np.flatnonzero(found >= 0)
    places.add(pairs, known, found[known])
    for chosen in pairs.rounds(found < 0):
        places.enter(pairs, chosen)
