"""What other users do with a host and a stream: popularity, by segment too, and who reserved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from features.decay import DAY_MS
from features.hashing import FloatArray, IntArray
from features.row import PERSONALIZATION_OK, short_hash
from features.state import UserState
from features.touches import RESERVED

__all__ = [
    "LEAST_RESERVERS",
    "MOST_LIFT",
    "NOBODY",
    "POPULARITY_HALF_LIFE_DAYS",
    "Crowd",
    "crowd_of",
    "lift_of",
]

POPULARITY_HALF_LIFE_DAYS = 7.0
LEAST_RESERVERS = 3
"""Fewer tell more of themselves than of a taste."""
MOST_LIFT = 3.0
_PSEUDO_USERS = 200.0
"""How many users of the average a segment is taken to have besides its own."""
_PER_MS = -1.0 / (POPULARITY_HALF_LIFE_DAYS * DAY_MS)
_UNIT = 2.0**-30
"""What a watcher's weight, at most 1, is counted in."""
_REGIONS, _AGES = 128, 16
_NOTHING = b""


@dataclass(frozen=True)
class Crowd:
    """What is measured when a window opens, and kept with the plan.

    Attributes
    ----------
    popularity
        Recent watchers of the host per 1,000 known users, each halved every 7 days.
    lifts
        float16[144] as bytes, or nothing: of each bucket of regions (128), then of age bands (16),
        ln(share of watchers in it against that in all), shrunk; the first of each is unknown, 0.
    reservers
        float16[32] as bytes, or nothing: the mean content vector, of unit length, of the users who
        hold a reservation.
    """

    popularity: float = 0.0
    lifts: bytes = _NOTHING
    reservers: bytes = _NOTHING


NOBODY = Crowd()


def crowd_of(state: UserState, stream_h: int, host_h: int, now: int) -> Crowd:
    """Return what the users of the partition do with a host and a stream at `now` (epoch ms).

    Sums are of whole numbers: the same users give the same ones, whatever their slots. It takes
    one look at each user; ask once a window. Who refuses personalization counts for popularity
    alone.
    """
    users = state.users
    reservers = _reservers(state, stream_h)
    if host_h == 0 or not len(users):
        return Crowd(reservers=reservers)
    rows = users.rows[: len(users.ids)]
    sizes, watchers = np.zeros((2, _REGIONS), np.int64), np.zeros((2, _REGIONS), np.int64)
    key = np.uint32(short_hash(host_h))
    seen = rows["host_h"], rows["host_ts"]
    who = rows["version"], rows["region_h"], rows["age_h"], rows["flags"]
    mean = _count(seen, key, who, now, sizes, watchers) * _UNIT / len(users)
    lifts = _lifts(sizes, watchers.astype(np.float64) * _UNIT, mean)
    return Crowd(1_000.0 * mean, lifts, reservers)


def lift_of(lifts: bytes, regions: npt.NDArray[Any], ages: npt.NDArray[Any]) -> FloatArray:
    """Return float64[n]: the lift of each user's region and age band together, within ±3.

    `regions`, `ages`: uint32[n] as in rows, 0 = unknown, whose lift is 0.
    """
    found = np.zeros(len(regions))
    if lifts:
        table = np.frombuffer(lifts, np.float16).astype(np.float64)
        _look_up(table, regions, ages, found)
    return found


def _lifts(sizes: IntArray, watchers: FloatArray, mean: float) -> bytes:
    if mean <= 0.0:
        return _NOTHING
    ratio = (watchers / mean + _PSEUDO_USERS) / (sizes + _PSEUDO_USERS)
    lifts = np.log(ratio)
    lifts[:, 0] = 0.0
    table = np.concatenate((lifts[0], lifts[1, :_AGES])).astype(np.float16)
    return table.tobytes() if table.any() else _NOTHING


def _reservers(state: UserState, stream_h: int) -> bytes:
    slots, rows = state.touches.slots_with(stream_h), state.users.rows
    holds = state.touches.lookup(slots, stream_h)["flags"] & RESERVED != 0
    slots = slots[holds & (rows["flags"][slots] & PERSONALIZATION_OK != 0)]
    slots = slots[np.argsort(rows["user_h"][slots])]
    content = rows["content"][slots].astype(np.float64)
    length = np.sqrt((content**2).sum(axis=1))
    tastes = content[length > 0.0] / length[length > 0.0, None]
    if len(tastes) < LEAST_RESERVERS:
        return _NOTHING
    mean = tastes.sum(axis=0)
    size = float(np.sqrt((mean**2).sum()))
    return (mean / size).astype(np.float16).tobytes() if size > 1e-6 else _NOTHING


@inlined
def _bucket(key: Any, buckets: int) -> int:
    """Return 0 for 0, else 1 to `buckets` - 1."""
    return 0 if key == 0 else 1 + int(np.int64(key) % (buckets - 1))


@compiled
def _count(
    seen: tuple[npt.NDArray[Any], npt.NDArray[Any]],
    key: Any,
    who: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
    now: int,
    sizes: IntArray,
    watchers: IntArray,
) -> int:
    """Add users up by bucket of region and of age band; return how many watch the host in all.

    Watchers are counted in steps of `_UNIT`; where there is no version there is nobody.
    """
    hosts, seconds = seen
    versions, regions, ages, flags = who
    total = 0
    for slot in range(len(versions)):
        if versions[slot] == 0:
            continue
        weight = 0
        for place in range(hosts.shape[1]):
            if hosts[slot, place] == key and seconds[slot, place] > 0:
                age_ms = np.float64(now - np.int64(seconds[slot, place]) * 1000)
                weight += int(np.exp2(max(age_ms, 0.0) * _PER_MS) / _UNIT)
        total += weight
        if flags[slot] & PERSONALIZATION_OK != 0:
            region, age = _bucket(regions[slot], _REGIONS), _bucket(ages[slot], _AGES)
            sizes[0, region] += 1
            sizes[1, age] += 1
            watchers[0, region] += weight
            watchers[1, age] += weight
    return total


@compiled
def _look_up(
    table: FloatArray, regions: npt.NDArray[Any], ages: npt.NDArray[Any], found: FloatArray
) -> None:
    for row in range(len(found)):
        region, age = _bucket(regions[row], _REGIONS), _bucket(ages[row], _AGES)
        lift = table[region] + table[_REGIONS + age]
        found[row] = min(max(lift, -MOST_LIFT), MOST_LIFT)
