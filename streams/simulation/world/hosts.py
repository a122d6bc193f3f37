"""Who streams in the world: quality, following, hours and regularity of each host."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.simulation.world.chance import generator
from streams.simulation.world.events import Bools, Floats, Ints

__all__ = ["CATEGORIES", "Hosts", "make_hosts"]

CATEGORIES = (
    "beauty",
    "fashion",
    "food",
    "home",
    "sports",
    "games",
    "music",
    "books",
    "travel",
    "pets",
    "garden",
    "tech",
)
_HOURS = (10.0, 12.5, 15.0, 19.0, 20.0, 21.0, 22.5)
_HOUR_SHARES = (0.08, 0.12, 0.1, 0.18, 0.26, 0.18, 0.08)


@dataclass(frozen=True)
class Hosts:
    """Hosts as columns.

    Attributes
    ----------
    category : int64[h], place in `CATEGORIES`.
    quality : float64[h], around 1.
    fame : float64[h], shares that sum to 1, long-tailed.
    hour : float64[h], of the day in UTC at which the host likes to begin.
    routine : float64[h] in [0, 1], how often the host keeps to that hour and those days.
    days : bool[h, 7], on which days of the week the host streams.
    """

    category: Ints
    quality: Floats
    fame: Floats
    hour: Floats
    routine: Floats
    days: Bools

    def __len__(self) -> int:
        return len(self.category)


def make_hosts(seed: int, count: int) -> Hosts:
    """Draw the hosts."""
    rng = generator(seed, 1)
    fame = 1.0 / (1.0 + rng.permutation(count)) ** 0.8
    local = rng.choice(_HOURS, size=count, p=_HOUR_SHARES)
    days = rng.random((count, 7)) < rng.beta(2.0, 2.0, size=(count, 1))
    days[~days.any(axis=1), 5] = True
    return Hosts(
        category=rng.integers(0, len(CATEGORIES), count),
        quality=np.exp(rng.normal(0.0, 0.3, count)),
        fame=fame / fame.sum(),
        hour=(local - 8.0) % 24.0,
        routine=rng.beta(3.0, 1.5, count),
        days=days,
    )
