"""Exponential forgetting: what a count or a weight is still worth after a while."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import FloatArray

__all__ = ["AFFINITY_HALF_LIFE_DAYS", "DAY_MS", "FATIGUE_HALF_LIFE_DAYS", "decay"]

DAY_MS = 86_400_000
AFFINITY_HALF_LIFE_DAYS = 30.0
FATIGUE_HALF_LIFE_DAYS = 7.0


def decay(age_ms: npt.ArrayLike, half_life_days: npt.ArrayLike) -> FloatArray:
    """Return ``2 ** (-age / half-life)`` as float64, 1 for a negative age; arguments broadcast.

    Sums of such weights around one reference time do not depend on the order of their terms, so
    a late event adds less and moves nothing (Cormode et al., *Forward Decay*, ICDE 2009).

    >>> float(decay(14 * DAY_MS, 7.0))
    0.25
    """
    ages = np.maximum(np.asarray(age_ms, np.float64), 0.0)
    return np.asarray(np.exp2(ages / (np.asarray(half_life_days) * -DAY_MS)))
