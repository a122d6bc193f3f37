"""When people of different occupations look at their phones."""

from __future__ import annotations

import numpy as np

from features.hashing import FloatArray, IntArray

__all__ = ["HABITS", "SHARES", "attention"]

# Local hours and their weight, on weekdays and at weekends.
_HOURS = {
    "office": (((8, 9, 2), (12, 14, 4), (19, 23, 5)), ((10, 13, 3), (15, 17, 2), (20, 24, 4))),
    "commuter": (((7, 9, 5), (17, 19, 5), (21, 22, 2)), ((9, 12, 3), (19, 22, 3))),
    "night": (((0, 2, 4), (14, 16, 1), (21, 24, 5)), ((0, 3, 4), (13, 15, 1), (21, 24, 5))),
    "home": (((9, 12, 4), (14, 17, 3), (20, 22, 2)), ((9, 11, 2), (20, 22, 3))),
    "student": (((12, 13, 3), (17, 19, 3), (21, 24, 4)), ((11, 14, 3), (16, 24, 3))),
}
HABITS = tuple(_HOURS)
SHARES = (0.35, 0.2, 0.1, 0.2, 0.15)
_FLOOR = 0.15


def _profile(spans: tuple[tuple[int, int, int], ...]) -> FloatArray:
    weights = np.full(48, _FLOOR)
    weights[2 * 2 : 2 * 6] = _FLOOR / 10
    for first, last, weight in spans:
        weights[2 * first : 2 * last] += weight
    return np.asarray(weights / weights.mean())


# float64[habit, weekday or weekend, half-hour]: mean 1 over the day.
_PROFILES = np.array([[_profile(spans) for spans in days] for days in _HOURS.values()])


def attention(habit: IntArray, minute: IntArray, weekday: IntArray) -> FloatArray:
    """Return how much each person looks at the phone at a local time, 1 on average, float64[n].

    Parameters
    ----------
    habit : int64[n], index in `HABITS`.
    minute, weekday : int64[n], of the local day, 0 = Monday.
    """
    return np.asarray(_PROFILES[habit, (weekday >= 5).astype(np.int64), minute // 30])
