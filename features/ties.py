"""How close each user is to one stream: what the prior and the models start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.crowd import lift_of
from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS, decay
from features.hashing import FloatArray, IntArray
from features.row import PERSONALIZATION_OK, Rows, short_hash
from features.state import UserState
from features.stream_context import StreamContext
from features.touches import RESERVED

__all__ = ["Ties", "host_strengths", "ties_of"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ties:
    """One entry a user, all about the same stream.

    `follows`, `reserved`, `declared` (the profile names the category), `declared_other` (it names
    only others), `personalization`: bool[n]. `host_weight`, `category_weight`: decayed affinities,
    float64[n] >= 0; `host_share`, `category_share`: their part of the user's strongest ones.
    `days_since_host_watch`: float64[n] >= 0, inf when never. `co_watched`: how near the user's
    hosts are to this one, float64[n] in [0, 1); `segment_lift`: see `features.crowd`, within ±3.
    For users who refuse personalization all that comes from behaviour is 0, and inf.
    """

    follows: BoolArray
    reserved: BoolArray
    declared: BoolArray
    declared_other: BoolArray
    personalization: BoolArray
    host_weight: FloatArray
    host_share: FloatArray
    days_since_host_watch: FloatArray
    category_weight: FloatArray
    category_share: FloatArray
    co_watched: FloatArray
    segment_lift: FloatArray

    @classmethod
    def joined(cls, parts: Sequence[Ties]) -> Ties:
        """Return the users of all parts, at least one, in order."""
        columns = {f.name: [getattr(part, f.name) for part in parts] for f in fields(cls)}
        return cls(**{name: np.concatenate(column) for name, column in columns.items()})


def ties_of(
    state: UserState, rows: Rows, slots: IntArray, context: StreamContext, now: int
) -> Ties:
    """Return the ties at `now` (epoch ms) of the users in `slots`, whose rows are `rows`."""
    allowed = (rows["flags"] & PERSONALIZATION_OK) != 0
    kept = decay(now - rows["last_ts"], AFFINITY_HALF_LIFE_DAYS) * allowed
    host_weight, host_share = _weight(rows["host_h"], rows["host_w"], context.host_h, kept)
    weight, share = _weight(rows["category_h"], rows["category_w"], context.category_h, kept)
    declared = _has(rows["declared_h"], context.category_h)
    touch = state.touches.lookup(slots, context.stream_h)
    return Ties(
        follows=state.follows.following(slots, context.host_h),
        reserved=(touch["flags"] & RESERVED) != 0,
        declared=declared,
        declared_other=(rows["declared_h"][:, 0] != 0) & ~declared,
        personalization=allowed,
        host_weight=host_weight,
        host_share=host_share * allowed,
        days_since_host_watch=_days_since(rows, context.host_h, now, allowed),
        category_weight=weight,
        category_share=share * allowed,
        co_watched=_co_watched(rows, context, kept),
        segment_lift=lift_of(context.crowd.lifts, rows["region_h"], rows["age_h"]) * allowed,
    )


def host_strengths(rows: Rows, kept: FloatArray) -> FloatArray:
    """Return float64[n, k]: how strongly each user is tied to each of their hosts, w / (1 + w).

    `kept`: float64[n], what is left of the weights in the rows.
    """
    strengths = np.empty(rows["host_w"].shape)
    _saturate(rows["host_w"], kept, strengths)
    return strengths


def _co_watched(rows: Rows, context: StreamContext, kept: FloatArray) -> FloatArray:
    if context.near is None:
        return np.zeros(len(rows))
    strengths = host_strengths(rows, kept)
    score = context.near.scores(rows["host_h"], strengths, rows["host_ts"])
    return score / (1.0 + score)


def _has(keys: npt.NDArray[Any], key: int) -> BoolArray:
    if key == 0:
        return np.zeros(len(keys), np.bool_)
    return np.asarray((keys == np.uint32(short_hash(key))).any(axis=1))


def _weight(
    keys: npt.NDArray[Any], weights: npt.NDArray[Any], key: int, kept: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the decayed weight of `key` and its share of all, float64[n] each."""
    if key == 0:
        return np.zeros(len(keys)), np.zeros(len(keys))
    own, total = _sums(keys, weights, np.uint32(short_hash(key)))
    share = np.divide(own, total, out=np.zeros(len(keys)), where=total > 0.0)
    return own * kept, share


def _days_since(rows: Rows, host_h: int, now: int, allowed: BoolArray) -> FloatArray:
    if host_h == 0:
        return np.full(len(rows), np.inf)
    seconds = _latest(rows["host_h"], rows["host_ts"], np.uint32(short_hash(host_h)))
    days = np.maximum(now - seconds * 1000.0, 0.0) / DAY_MS
    return np.where((seconds > 0) & allowed, days, np.inf)


@compiled
def _sums(
    keys: npt.NDArray[Any], weights: npt.NDArray[Any], key: Any
) -> tuple[FloatArray, FloatArray]:
    """Return the weight of `key` in each row, and that of all, float64[n] each."""
    own, total = np.zeros(len(keys)), np.zeros(len(keys))
    for row in range(len(keys)):
        for place in range(keys.shape[1]):
            total[row] += weights[row, place]
            if keys[row, place] == key:
                own[row] += weights[row, place]
    return own, total


@compiled
def _latest(keys: npt.NDArray[Any], seconds: npt.NDArray[Any], key: Any) -> FloatArray:
    """Return float64[n]: the latest of the seconds that belong to `key` in each row, else 0."""
    latest = np.zeros(len(keys))
    for row in range(len(keys)):
        for place in range(keys.shape[1]):
            if keys[row, place] == key:
                latest[row] = max(latest[row], seconds[row, place])
    return latest


@compiled
def _saturate(weights: npt.NDArray[Any], kept: FloatArray, strengths: FloatArray) -> None:
    for row in range(len(kept)):
        for place in range(weights.shape[1]):
            weight = weights[row, place] * kept[row]
            strengths[row, place] = weight / (1.0 + weight)
