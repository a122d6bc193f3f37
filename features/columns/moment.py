"""Columns: the stream and the moment, the same for all users."""

from __future__ import annotations

import math

import numpy as np

from features.columns.view import Columns, UserView

__all__ = ["moment_columns"]

_HOUR_MS = 3_600_000
_DAY_LOG = math.log(25.0)


def moment_columns(view: UserView) -> Columns:
    """Return the columns of popularity, goods, time to the start and rung."""
    context, nominal_ms = view.context, view.rung.nominal_ms
    values = {
        "popularity": min(math.log1p(max(context.crowd.popularity, 0.0)) / 3.0, 3.0),
        "has_products": float(context.has_products),
        "hours_to_start": _hours(context.start_ts - view.now),
        "rung_hours": _hours(nominal_ms),
        "rung_last_hour": float(nominal_ms <= _HOUR_MS),
    }
    return {name: np.full(len(view.rows), value) for name, value in values.items()}


def _hours(lead_ms: int) -> float:
    return min(math.log1p(max(lead_ms, 0) / _HOUR_MS) / _DAY_LOG, 2.0)
