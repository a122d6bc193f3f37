"""Columns: what reminders did to the user so far."""

from __future__ import annotations

import numpy as np

from features.columns.view import Columns, UserView, log_scaled
from features.decay import FATIGUE_HALF_LIFE_DAYS, decay
from features.hashing import FloatArray
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
    sends = view.rows["sends"].astype(np.int64)
    now_s = view.now // 1000
    return {
        "sent_7d": log_scaled(sent, 3.0, 3.0),
        "open_rate": _rate(fatigue[:, FATIGUE_OPENED], reached),
        "dismiss_rate": _rate(fatigue[:, FATIGUE_DISMISSED], reached),
        "invites_24h": np.minimum((sends > now_s - _DAY_S).sum(axis=1) / 3.0, 3.0),
        "invites_7d": np.minimum((sends > now_s - 7 * _DAY_S).sum(axis=1) / 10.0, 2.0),
        "category_offered": share_offered(view.rows, view.context.category_h),
    }


def _rate(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, drawn towards the prior rate as if by two more reminders."""
    whole = np.maximum(whole, part)
    return (part + _PRIOR_RATE * _PRIOR_REMINDERS) / (whole + _PRIOR_REMINDERS)
