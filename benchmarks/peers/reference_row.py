"""The row of a user by plain Python, one event at a time: what the same-work peers must come to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from features.contracts import TYPE_CODE
from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS
from features.row import ACTIVITY_BINS, CATEGORY_SLOTS, HALF_LIVES_DAYS, HOST_SLOTS
from features.update.weights import (
    AFFINITY_WEIGHT,
    WATCH_MAX_WEIGHT,
    WATCH_SCALE_MS,
    WATCH_UNKNOWN_DWELL_WEIGHT,
)

__all__ = ["figures"]

_TYPES = len(TYPE_CODE)
_ZONE_S = 8 * 3600
_ABSENT = {"leave", "follow", "unfollow", "reserve_cancel"}


def figures(events: Iterable[dict[str, Any]]) -> list[float]:
    """Return counts, totals, histogram, ties from the strongest down, and spend after `events`.

    All decays are taken at the newest event, which is what forward decay comes to; right for
    users with no more hosts and categories than a row has places.
    """
    held = list(events)
    newest = max(event["ts"] for event in held)
    newest_day = max(
        (_day(event["ts"]) for event in held if event["type"] not in _ABSENT), default=0
    )
    counts = [0.0] * (len(HALF_LIVES_DAYS) * _TYPES)
    totals = [0.0] * _TYPES
    activity = [0.0] * (2 * ACTIVITY_BINS)
    ties: tuple[dict[str, float], dict[str, float]] = ({}, {})
    spend = [0.0, 0.0]
    for event in held:
        code, age = TYPE_CODE[event["type"]], newest - event["ts"]
        totals[code] += 1
        for half, days in enumerate(HALF_LIVES_DAYS):
            counts[half * _TYPES + code] += _decay(age / DAY_MS, days)
        kept = _decay(age / DAY_MS, AFFINITY_HALF_LIFE_DAYS)
        for tie, name in zip(ties, ("host_id", "category"), strict=True):
            weight = _weight(event) * kept
            if weight > 0.0 and event.get(name):
                tie[event[name]] = tie.get(event[name], 0.0) + weight
        if event["type"] in {"gift", "purchase"}:
            spend[0] += event.get("amount", 0.0) * kept
            spend[1] += event.get("amount", 0.0)
        if event["type"] not in _ABSENT:
            age_days = newest_day - _day(event["ts"])
            activity[_cell(event["ts"])] += _decay(age_days, AFFINITY_HALF_LIFE_DAYS)
    hosts = _strongest(ties[0], HOST_SLOTS)
    return [*counts, *totals, *activity, *hosts, *_strongest(ties[1], CATEGORY_SLOTS), *spend]


def _strongest(tie: dict[str, float], places: int) -> list[float]:
    weights = sorted(tie.values(), reverse=True)[:places]
    return [*weights, *([0.0] * (places - len(weights)))]


def _weight(event: dict[str, Any]) -> float:
    dwell = event.get("dwell_ms", 0)
    if event["type"] == "watch" and dwell <= 0:
        return WATCH_UNKNOWN_DWELL_WEIGHT
    if event["type"] in {"watch", "leave"}:
        return WATCH_MAX_WEIGHT * -math.expm1(-dwell / WATCH_SCALE_MS)
    return AFFINITY_WEIGHT.get(event["type"], 0.0)


def _decay(age_days: float, half_life_days: float) -> float:
    return math.exp2(-age_days / half_life_days)


def _day(ts: int) -> int:
    return int((ts // 1000 + _ZONE_S) // 86_400)


def _cell(ts: int) -> int:
    local_s = ts // 1000 + _ZONE_S
    weekend = (local_s // 86_400 + 3) % 7 >= 5
    return int(weekend) * ACTIVITY_BINS + int(local_s % 86_400 // 1800)
