"""Columns: when the user is there, against the rung's window and the stream's start."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from features.columns.view import Columns, UserView, log_scaled
from features.decay import DAY_MS
from features.hashing import FloatArray
from features.row import ACTIVITY_BINS, NEVER
from features.step_sums import Cells, sparse_sums, sums
from features.update.activity import local_bins
from features.zones import Zones

__all__ = ["presence_columns"]

_HALF_HOUR_MS = 1_800_000
_HALF_HOURS_A_WEEK = 7 * ACTIVITY_BINS
_DAYS_A_WEEK = np.repeat([5.0, 2.0], ACTIVITY_BINS)
# So many events, spread evenly over the week, are believed of anybody.
_EVEN_EVENTS = 5.0


def presence_columns(view: UserView) -> Columns:
    """Return the columns of presence in the window and at the start, and of time since seen."""
    start = view.context.start_ts
    opens = max(start - view.rung.opens_ms, view.now)
    closes = max(start - view.rung.closes_ms, opens + 1)
    hour = start + 2 * _HALF_HOUR_MS
    in_window, at_start = _odds(view, (opens, closes), (start, hour))
    tie = np.maximum(view.ties.follows, np.exp(view.ties.days_since_host_watch / -14.0))
    seen = np.where(view.rows["first_ts"] == NEVER, NEVER, view.rows["last_ts"])
    days = np.maximum(view.now - np.maximum(seen, view.rows["last_open_ts"]), 0) / DAY_MS
    first = view.rows["first_ts"]
    tenure = np.where(first == NEVER, 0.0, np.maximum(view.now - first, 0) / DAY_MS)
    return {
        "activity_window": in_window,
        "activity_start": at_start,
        "tie_activity_start": tie * at_start,
        "seen_1d": np.exp(-days),
        "seen_14d": np.exp(days / -14.0),
        "tenure": log_scaled(tenure, 6.0, 2.0),
    }


def _odds(view: UserView, *spans: tuple[int, int]) -> list[FloatArray]:
    """Return r / (1 + r) for each span, r = presence in its half-hours over the user's average.

    Spans are times in epoch ms, from the first to before the last.
    """
    activity, unit, (codes, zone_of) = view.activity, view.rows["activity_unit"], view.zones_of
    even = sums(activity, unit) + _EVEN_EVENTS
    found = []
    for span in spans:
        cells = [_cell_weights(view.zones, code, *span) for code in codes.tolist()]
        present = sparse_sums(activity, unit, cells, zone_of) + _EVEN_EVENTS
        found.append(present / (present + even))
    return found


@lru_cache(maxsize=1024)
def _cell_weights(zones: Zones, code: int, first_ts: int, end_ts: int) -> Cells:
    """Return the cells of ``activity`` that a span has in a zone, and how much each counts.

    An even presence over the week comes to the same sum as all cells, whatever the times.
    """
    times = np.arange(first_ts, end_ts, _HALF_HOUR_MS)
    cells = local_bins(zones.local_seconds(np.full(len(times), code), times))
    places, hits = np.unique(cells, return_counts=True)
    return Cells(places, hits * (_HALF_HOURS_A_WEEK / len(times)) / _DAYS_A_WEEK[places])
