"""When a user was first seen, last seen, and last opened a reminder."""

from __future__ import annotations

import numpy as np

from features.hashing import IntArray
from features.row import NEVER, Rows
from features.update.batch import EventBatch

__all__ = ["newest_events", "note_times"]


def newest_events(rows: Rows, batch: EventBatch) -> IntArray:
    """Return where the rows' decays stand once the batch is in: epoch ms, int64[users]."""
    newest = np.maximum.reduceat(batch.ts, batch.starts)
    return np.asarray(np.maximum(rows["last_ts"], newest))


def note_times(rows: Rows, batch: EventBatch, reference: IntArray) -> None:
    """Set ``first_ts`` and ``last_ts``; late events may move the first, never the last."""
    oldest = np.minimum.reduceat(batch.ts, batch.starts)
    first = rows["first_ts"]
    rows["first_ts"] = np.where(first == NEVER, oldest, np.minimum(first, oldest))
    rows["last_ts"] = reference
