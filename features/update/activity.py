"""When a user is there: half-hours of the local day, weekdays and weekends apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.decay import AFFINITY_HALF_LIFE_DAYS
from features.hashing import FloatArray, IntArray
from features.row import ACTIVITY_BINS, Rows
from features.update.batch import group_starts
from features.zones import Zones

__all__ = ["ACTIVITY_MAX", "add_activity", "local_bins"]

ACTIVITY_MAX = 2048.0
"""Where a half-hour saturates: float16 counts on by ones exactly up to here and not beyond."""

_DAY_S = 86_400


def local_bins(local_s: IntArray) -> IntArray:
    """Return the cell in a flat ``activity[2, 48]`` (day type, half-hour) of local seconds.

    >>> local_bins(np.array([9 * 3600 + 1800, 2 * 86_400])).tolist()  # Thursday 9:30, Saturday
    [19, 48]
    """
    weekend = (local_s // _DAY_S + 3) % 7 >= 5
    return weekend * ACTIVITY_BINS + local_s % _DAY_S // 1800


def add_activity(
    rows: Rows,
    user: IntArray,
    zone_codes: npt.NDArray[np.int16],
    ts: IntArray,
    zones: Zones,
) -> None:
    """Count presence at `ts` (epoch ms, int64[n]) of `user` (index into `rows`, sorted).

    Each event weighs 1, halved for every 30 local days that it lies before the row's newest
    day; the row is decayed when that day moves. `zone_codes`: the users' zones, one an event.
    """
    if not len(user):
        return
    local_s = zones.local_seconds(zone_codes, ts)
    day = local_s // _DAY_S
    newest = _move_day(rows, user, day)
    weight = np.exp2((day - newest) / AFFINITY_HALF_LIFE_DAYS)
    cells = user * (2 * ACTIVITY_BINS) + local_bins(local_s)
    order = np.argsort(cells, kind="stable")
    starts = group_starts(cells[order])
    _add_cells(rows, cells[order][starts], np.add.reduceat(weight[order], starts))


def _move_day(rows: Rows, user: IntArray, day: IntArray) -> IntArray:
    """Decay the rows to their newest day; return that day for each event."""
    starts = group_starts(user)
    present = user[starts]
    before = rows["activity_day"][present].astype(np.int64)
    newest = np.maximum(before, np.maximum.reduceat(day, starts))
    moved = np.flatnonzero(newest > before)
    rows["activity_day"][present[moved]] = newest[moved]
    kept = np.exp2((before - newest)[moved] / AFFINITY_HALF_LIFE_DAYS)
    _scale(rows, present[moved], kept)
    return np.repeat(newest, np.diff(starts, append=len(user)))


def _scale(rows: Rows, places: IntArray, kept: FloatArray) -> None:
    """Multiply ``activity`` of some rows; cell by cell, as most half-hours of most users are 0."""
    held = rows["activity"][places].reshape(-1)
    cells = np.flatnonzero(held.view(np.uint16) != 0)
    held[cells] = held[cells] * kept[cells // (2 * ACTIVITY_BINS)]
    rows["activity"][places] = held.reshape(-1, 2, ACTIVITY_BINS)


def _add_cells(rows: Rows, cells: IntArray, weight: FloatArray) -> None:
    user, cell = np.divmod(cells, 2 * ACTIVITY_BINS)
    day_type, half_hour = np.divmod(cell, ACTIVITY_BINS)
    activity = rows["activity"]
    total = activity[user, day_type, half_hour] + weight
    activity[user, day_type, half_hour] = np.minimum(total, ACTIVITY_MAX)
