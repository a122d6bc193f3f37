"""How much each behaviour says about the user's tie to a host, a category and a half-hour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.contracts import INTERACTION_TYPES, TYPE_CODE
from features.hashing import FloatArray

__all__ = [
    "AFFINITY_WEIGHT",
    "IS_PRESENCE",
    "IS_SPEND",
    "IS_WATCH",
    "WATCH_MAX_WEIGHT",
    "affinity_weights",
]

# One strong act (a purchase) weighs as much as an hour of watching. A follow is known as such
# (`features.follows`), so here it must not look like hours of watching.
AFFINITY_WEIGHT: dict[str, float] = {
    "enter": 0.3,
    "like": 0.3,
    "comment": 0.6,
    "share": 1.0,
    "gift": 2.0,
    "follow": 0.3,
    "search": 0.3,
    "product_view": 0.3,
    "cart_add": 1.0,
    "purchase": 3.0,
    "reserve": 1.5,
}
# Dwell time saturates: 10 min weigh 0.85, an hour 2.6, a night not more than this.
WATCH_MAX_WEIGHT = 3.0
WATCH_SCALE_MS = 30 * 60_000
WATCH_UNKNOWN_DWELL_WEIGHT = 0.5


def _flags(*types: str) -> npt.NDArray[np.bool_]:
    return np.isin(INTERACTION_TYPES, types)


_NOT_PRESENT = ("leave", "follow", "unfollow", "reserve_cancel")
IS_PRESENCE = ~_flags(*_NOT_PRESENT)
IS_WATCH = _flags("enter", "watch", "leave")
IS_SPEND = _flags("gift", "purchase")

_BASE = np.array([AFFINITY_WEIGHT.get(name, 0.0) for name in INTERACTION_TYPES])
_WATCH, _LEAVE = TYPE_CODE["watch"], TYPE_CODE["leave"]


def affinity_weights(
    types: npt.NDArray[np.uint8], dwell_ms: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the weight of each event, ``float64[n] >= 0``.

    `watch` and `leave` weigh ``3 * (1 - exp(-dwell / 30 min))``; a `watch` of unknown length
    (0) weighs 0.5, a `leave` without one nothing. The others: `AFFINITY_WEIGHT`, else 0.

    >>> affinity_weights(np.array([13, 9, 3], np.uint8), np.zeros(3)).tolist()
    [3.0, 0.0, 0.5]
    """
    weights = np.empty(len(types))
    _weigh(_BASE, types, dwell_ms, weights)
    return weights


@compiled
def _weigh(
    base: FloatArray, types: npt.NDArray[np.uint8], dwell_ms: FloatArray, weights: FloatArray
) -> None:
    for event in range(len(types)):
        kind, dwell = types[event], dwell_ms[event]
        if kind == _WATCH and dwell <= 0.0:
            weights[event] = WATCH_UNKNOWN_DWELL_WEIGHT
        elif kind in (_WATCH, _LEAVE):
            weights[event] = WATCH_MAX_WEIGHT * -np.expm1(dwell / -WATCH_SCALE_MS)
        else:
            weights[event] = base[kind]
