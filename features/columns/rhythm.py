"""Columns: the hour of the stream's start, and the user's daily rhythm beside it.

When people look at the phone says more than whether they are there at the start: who looks at lunch
and late at night watches at other hours than who looks on the way to work. So a user's presence by
local hour is told by its first two harmonics, and each of them times the first one of the hour at
which the stream starts; a linear model of these products knows for every rhythm its hours.

References
----------
Cyclic data by harmonics: Jammalamadaka and SenGupta (2001), Topics in Circular Statistics.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from features.columns.view import Columns, UserView
from features.compiled import compiled
from features.hashing import FloatArray, IntArray
from features.row import ACTIVITY_BINS
from features.zones import Zones

__all__ = ["RHYTHMS", "rhythm_columns"]

RHYTHMS: tuple[str, ...] = ("sin1", "cos1", "sin2", "cos2")
"""The harmonics of a day's presence: the wave, and how many times a day it swings."""

_DAY_S, _PARTS_A_DAY = 86_400, 12
_PER_PART = ACTIVITY_BINS // _PARTS_A_DAY
_EVEN_EVENTS = 5.0
"""So many events, spread evenly over the day, are believed of anybody."""
_SCALE = 3.0
"""What makes products about as large as 1."""


def _waves(day_part: FloatArray) -> FloatArray:
    """Return float64[n, 4]: the harmonics at parts of the day in [0, 1), in order of `RHYTHMS`."""
    angle = 2.0 * np.pi * day_part
    return np.stack([np.sin(angle), np.cos(angle), np.sin(2.0 * angle), np.cos(2.0 * angle)], 1)


_WAVES = _waves((np.arange(_PARTS_A_DAY) + 0.5) / _PARTS_A_DAY)


def rhythm_columns(view: UserView) -> Columns:
    """Return the columns of the start's local hour, and of the rhythm times it."""
    codes, zone_of = view.zones_of
    start_ts = view.context.start_ts
    start = np.array([_start_waves(view.zones, code, start_ts) for code in codes.tolist()])
    start = start.reshape(-1, 2)
    own = _products(view.activity, view.rows["activity_unit"], start, zone_of, _WAVES)
    columns: Columns = {"start_sin": start[zone_of, 0], "start_cos": start[zone_of, 1]}
    for name, (sine, cosine) in zip(RHYTHMS, own, strict=True):
        columns[f"rhythm_{name}_start_sin"] = sine
        columns[f"rhythm_{name}_start_cos"] = cosine
    return columns


@lru_cache(maxsize=1024)
def _start_waves(zones: Zones, code: int, start_ts: int) -> tuple[float, float]:
    """Return sine and cosine of the local hour of a start in a zone."""
    local_s = zones.local_seconds(np.array([code]), np.array([start_ts]))
    sine, cosine = _waves(local_s % _DAY_S / _DAY_S)[0, :2].tolist()
    return sine, cosine


@compiled
def _products(
    steps: npt.NDArray[Any],
    unit: npt.NDArray[np.float32],
    start: FloatArray,
    zone_of: IntArray,
    waves: FloatArray,
) -> FloatArray:
    """Return float64[4, 2, n]: the mean of each wave over the events of ``steps[n, 96] * unit[n]``,
    times sine and cosine of the start, float64[zones, 2].

    Steps of a part of the day, of weekdays and weekends, are added up as whole numbers.
    """
    found = np.empty((waves.shape[1], 2, len(steps)))
    day = np.empty(ACTIVITY_BINS, np.uint16)
    for row in range(len(steps)):
        for place in range(ACTIVITY_BINS):
            day[place] = np.uint16(steps[row, place]) + np.uint16(steps[row, ACTIVITY_BINS + place])
        sin1 = cos1 = sin2 = cos2 = 0.0
        total = 0
        for part in range(_PARTS_A_DAY):
            events = 0
            for place in range(part * _PER_PART, (part + 1) * _PER_PART):
                events += int(day[place])
            total += events
            sin1 += events * waves[part, 0]
            cos1 += events * waves[part, 1]
            sin2 += events * waves[part, 2]
            cos2 += events * waves[part, 3]
        kept = _SCALE * unit[row] / (total * unit[row] + _EVEN_EVENTS)
        for side in range(2):
            other = kept * start[zone_of[row], side]
            found[0, side, row], found[1, side, row] = sin1 * other, cos1 * other
            found[2, side, row], found[3, side, row] = sin2 * other, cos2 * other
    return found
