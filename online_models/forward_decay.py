"""Sums that fade: new terms grow instead of old ones shrinking."""

from __future__ import annotations

import numpy as np

from features.decay import DAY_MS
from online_models.arrays import Floats, Ints

__all__ = ["ForwardDecay"]

_FARTHEST = 40.0


class ForwardDecay:
    """The clock of decayed sums: a term of time t is added times 2^((t - origin) / half-life).

    Read at `now`, a sum is multiplied by `fade(now)`. Late terms count for less, whenever they
    come (Cormode et al., *Forward Decay*, ICDE 2009).

    Examples
    --------
    >>> clock = ForwardDecay(half_life_days=1.0)
    >>> clock.moved(0)
    1.0
    >>> total = clock.growth(np.array([0, DAY_MS])).sum()
    >>> float(total * clock.fade(DAY_MS))
    1.5
    """

    def __init__(self, half_life_days: float) -> None:
        self.half_life_days = half_life_days
        self._half_life_ms = half_life_days * DAY_MS
        self.origin: int | None = None

    def moved(self, newest: int) -> float:
        """Return what all sums must be multiplied by before a term of `newest` is added.

        It is 1 but every 40 half-lives, when the origin moves, so that nothing overflows.
        """
        if self.origin is None:
            self.origin = newest
        far = (newest - self.origin) / self._half_life_ms
        if far <= _FARTHEST:
            return 1.0
        self.origin = newest
        return float(np.exp2(-far))

    def growth(self, ts: Ints) -> Floats:
        """Return what terms of these times (epoch ms) are multiplied by, float64[n]."""
        return np.asarray(np.exp2((ts - (self.origin or 0)) / self._half_life_ms))

    def fade(self, now: int) -> float:
        """Return what a sum is multiplied by when read at `now` (epoch ms)."""
        return float(np.exp2(((self.origin or 0) - now) / self._half_life_ms))
