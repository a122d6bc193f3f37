"""What a user paid for gifts and goods."""

from __future__ import annotations

import numpy as np

from features.hashing import FloatArray
from features.row import Rows
from features.update.batch import EventBatch
from features.update.weights import IS_SPEND

__all__ = ["add_spend"]

_AMOUNT_MAX = 1e12  # beyond any price: sums of what a broken producer sends stay finite


def add_spend(rows: Rows, batch: EventBatch, kept: FloatArray) -> None:
    """Add the amounts of gifts and purchases to ``spend_total`` and, times `kept`, to ``spend``.

    `kept`: what a thing of each event's age is still worth (float64[n]). Without an amount: 0.
    """
    events = np.flatnonzero(IS_SPEND[batch.type] & (batch.amount > 0.0))
    if not len(events):
        return
    user, amount = batch.user[events], np.minimum(batch.amount[events], _AMOUNT_MAX)
    rows["spend"] += np.bincount(user, amount * kept[events], len(rows)).astype(np.float32)
    rows["spend_total"] += np.bincount(user, amount, len(rows))
