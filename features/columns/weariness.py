"""Columns: what reminders did to the user so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.columns.view import Columns, UserView, log_scaled
from features.compiled import compiled
from features.decay import FATIGUE_HALF_LIFE_DAYS, decay
from features.hashing import FloatArray, IntArray
from features.offered import share_offered
from features.row import FATIGUE_DELIVERED, FATIGUE_DISMISSED, FATIGUE_OPENED, FATIGUE_SENT

__all__ = ["weariness_columns"]

_DAY_S = 86_400
_PRIOR_RATE = 0.1
_PRIOR_REMINDERS = 2.0


def weariness_columns(view: UserView) -> Columns:
    """Return the columns of reminders sent, opened and dismissed."""
    kept = decay(view.now - view.rows["last_ts"], FATIGUE_HALF_LIFE_DAYS)
    fatigue = view.rows["fatigue"] * kept[:, None]
    sent, delivered = fatigue[:, FATIGUE_SENT], fatigue[:, FATIGUE_DELIVERED]
    # A channel that never reports deliveries counts as delivering all.
    reached = np.where(delivered > 0.0, delivered, sent)
    day, week = _sent_since(view.field("sends"), view.now // 1000 - _DAY_S * np.array([1, 7]))
    return {
        "sent_7d": log_scaled(sent, 3.0, 3.0),
        "open_rate": _rate(fatigue[:, FATIGUE_OPENED], reached),
        "dismiss_rate": _rate(fatigue[:, FATIGUE_DISMISSED], reached),
        "invites_24h": np.minimum(day / 3.0, 3.0),
        "invites_7d": np.minimum(week / 10.0, 2.0),
        "category_offered": share_offered(view.rows, view.context.category_h),
    }


def _rate(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, drawn towards the prior rate as if by two more reminders."""
    whole = np.maximum(whole, part)
    return (part + _PRIOR_RATE * _PRIOR_REMINDERS) / (whole + _PRIOR_REMINDERS)


@compiled
def _sent_since(sends: npt.NDArray[Any], since_s: IntArray) -> FloatArray:
    """Return float64[k, n]: how many of the times in each row come after each of k moments."""
    counts = np.empty((len(since_s), len(sends)))
    for row in range(len(sends)):
        for moment in range(len(since_s)):
            count = 0
            for place in range(sends.shape[1]):
                count += np.int64(sends[row, place]) > since_s[moment]
            counts[moment, row] = count
    return counts
