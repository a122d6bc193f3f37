"""How close each user is to one stream: what the prior and the models start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.decay import AFFINITY_HALF_LIFE_DAYS, DAY_MS, decay
from features.hashing import FloatArray, IntArray
from features.row import PERSONALIZATION_OK, Rows, short_hash
from features.state import UserState
from features.stream_context import StreamContext
from features.touches import RESERVED

__all__ = ["Ties", "ties_of"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ties:
    """One entry a user, all about the same stream.

    `follows`, `reserved`, `declared` (the profile names the category), `declared_other` (it names
    only others), `personalization`: bool[n]. `host_weight`, `category_weight`: decayed affinities,
    float64[n] >= 0; `host_share`, `category_share`: their part of the user's strongest ones.
    `days_since_host_watch`: float64[n] >= 0, inf when never. For users who refuse personalization
    all that comes from behaviour is 0, and inf.
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
    )


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
    own = np.where(keys == np.uint32(short_hash(key)), weights, np.float32(0)).sum(
        axis=1, dtype=np.float64
    )
    total = weights.sum(axis=1, dtype=np.float64)
    share = np.divide(own, total, out=np.zeros(len(keys)), where=total > 0.0)
    return own * kept, share


def _days_since(rows: Rows, host_h: int, now: int, allowed: BoolArray) -> FloatArray:
    if host_h == 0:
        return np.full(len(rows), np.inf)
    same = rows["host_h"] == np.uint32(short_hash(host_h))
    seconds = np.where(same, rows["host_ts"], 0).max(axis=1)
    days = np.maximum(now - seconds * 1000.0, 0.0) / DAY_MS
    return np.where((seconds > 0) & allowed, days, np.inf)
