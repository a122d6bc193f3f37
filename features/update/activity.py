"""When a user is there: half-hours of the local day, weekdays and weekends apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.decay import AFFINITY_HALF_LIFE_DAYS
from features.hashing import IntArray, U64Array
from features.mixing import pair_hash
from features.row import ACTIVITY_BINS, Rows
from features.steps import ACTIVITY_STEPS, dithered, fitting_unit, usable_unit
from features.zones import Zones

__all__ = ["ACTIVITY_MAX", "add_activity", "local_bins"]

ACTIVITY_MAX = 8.0 * ACTIVITY_STEPS
"""Where a half-hour saturates, in events: far beyond what tells users apart."""

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
    zone_codes: npt.NDArray[np.integer],
    ts: IntArray,
    nth: IntArray,
    zones: Zones,
) -> None:
    """Count presence at `ts` (epoch ms, int64[n]) of `user` (place in `rows`).

    Each event weighs 1, halved for every 30 local days that it lies before the row's newest
    day; the row is decayed when that day moves. `zone_codes`: the users' zones, one an event.
    `nth` (int64[n]) tells events of one user and time apart.
    """
    if len(user):
        local_s = zones.local_seconds(zone_codes, ts)
        fields = rows["activity"], rows["activity_unit"], rows["activity_day"], rows["user_h"]
        _add(*fields, user, local_s, ts, nth)


@compiled
def _add(
    activity: npt.NDArray[Any],
    unit: npt.NDArray[Any],
    newest: npt.NDArray[Any],
    user_h: U64Array,
    slot: IntArray,
    local_s: IntArray,
    ts: IntArray,
    nth: IntArray,
) -> None:
    for event in range(len(slot)):
        user, day = slot[event], local_s[event] // _DAY_S
        if day > newest[user]:
            unit[user] *= np.float32(np.exp2((newest[user] - day) / AFFINITY_HALF_LIFE_DAYS))
            newest[user] = day
        weight = np.exp2((day - newest[user]) / AFFINITY_HALF_LIFE_DAYS)
        weekend = int((day + 3) % 7 >= 5)
        half_hour = local_s[event] % _DAY_S // 1800
        chance = pair_hash(user_h[user] ^ np.uint64(ts[event]), np.uint64(nth[event]))
        _count(activity[user], unit[user : user + 1], weekend, half_hour, weight, chance)


@compiled
def _count(
    activity: npt.NDArray[Any],
    unit: npt.NDArray[Any],
    weekend: int,
    half_hour: int,
    weight: float,
    chance: np.uint64,
) -> None:
    step = usable_unit(np.float64(unit[0]))
    if step != unit[0]:
        activity[:] = 0
    events = min(activity[weekend, half_hour] * step + weight, ACTIVITY_MAX)
    grown = fitting_unit(step, events, ACTIVITY_STEPS)
    if grown != step:
        for kind in range(activity.shape[0]):
            for place in range(activity.shape[1]):
                if activity[kind, place] != 0:
                    steps = dithered(activity[kind, place] * (step / grown), chance)
                    activity[kind, place] = steps
                    chance = pair_hash(chance, np.uint64(place))
    activity[weekend, half_hour] = dithered(events / grown, chance)
    unit[0] = grown
