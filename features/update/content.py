"""What a user watches: the decayed sum of the content vectors of watched streams."""

from __future__ import annotations

import numpy as np

from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS
from features.hashing import FloatArray, IntArray
from features.row import NEVER, Rows
from features.update.batch import EventBatch, group_starts
from features.update.weights import IS_WATCH

__all__ = ["add_content"]

_CONTENT_MAX = 4096.0


def add_content(rows: Rows, batch: EventBatch, weights: FloatArray, reference: IntArray) -> None:
    """Add what was watched, times `weights` (not decayed, float64[n]), to ``content``.

    The direction is that of the decayed mean, the length says how much there is to it. It is
    decayed by whole UTC days (half-life 30 d) from the day of ``last_ts`` to that of
    `reference` (epoch ms, int64[users]): float16 would round away the small steps between.
    """
    after = reference // DAY_MS
    _decay(rows, after)
    says = np.asarray(batch.contents.any(axis=1))
    events = np.flatnonzero(IS_WATCH[batch.type] & (weights > 0.0) & says[batch.content])
    if not len(events):
        return
    user = batch.user[events]
    age_days = after[user] - batch.ts[events] // DAY_MS
    weight = weights[events] * np.exp2(age_days / -AFFINITY_HALF_LIFE_DAYS)
    vectors = batch.contents[batch.content[events]] * weight.astype(np.float32)[:, None]
    starts = group_starts(user)
    changed = user[starts]
    total = rows["content"][changed] + np.add.reduceat(vectors, starts, axis=0)
    rows["content"][changed] = np.clip(total, -_CONTENT_MAX, _CONTENT_MAX)


def _decay(rows: Rows, after: IntArray) -> None:
    days = after - rows["last_ts"] // DAY_MS
    moved = np.flatnonzero((days > 0) & (rows["last_ts"] != NEVER))
    kept = np.exp2(days[moved] / -AFFINITY_HALF_LIFE_DAYS).astype(np.float32)
    rows["content"][moved] = rows["content"][moved] * kept[:, None]
