"""Counts of each behaviour: exact, and decayed with three half-lives."""

from __future__ import annotations

import numpy as np

from features.decay import decay
from features.hashing import IntArray
from features.row import HALF_LIVES_DAYS, Rows
from features.update.batch import EventBatch

__all__ = ["add_counts"]

_HALF_LIVES = np.array(HALF_LIVES_DAYS)


def add_counts(rows: Rows, batch: EventBatch, reference: IntArray) -> None:
    """Add each event to `totals` and, worth what it is at `reference`, to `counts`.

    `rows`: one a user of the batch, whose counts stand at ``rows["last_ts"]``; `reference`
    (epoch ms, int64[users], never older) is where they stand afterwards.
    """
    users, halves, types = rows["counts"].shape
    kept = decay(reference - rows["last_ts"], _HALF_LIVES[:, None]).T[:, :, None]
    counts = (rows["counts"] * kept).reshape(-1)
    weights = decay(reference[batch.user] - batch.ts, _HALF_LIVES[:, None])
    cells = batch.user * (halves * types) + batch.type
    for half in range(halves):
        np.add.at(counts, cells + half * types, weights[half])
    rows["counts"] = counts.reshape(users, halves, types)

    totals = rows["totals"].reshape(-1)
    np.add.at(totals, batch.user * types + batch.type, np.uint32(1))
    rows["totals"] = totals.reshape(users, types)
