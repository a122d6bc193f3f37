"""Who streams in the simulation, about what, and when as a rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.simulation.catalogue import CATEGORIES, HOST_NAMES

__all__ = ["Host", "make_hosts"]

_SLOTS = (9, 12, 14, 16, 18, 19, 20, 20, 21)
_ZONE_HOURS = {"zh-CN": 8, "en": 1}


@dataclass(frozen=True, slots=True)
class Host:
    """One host.

    Attributes
    ----------
    category : index in `CATEGORIES`.
    minute : usual start, minute of the day in UTC; may lie in the day before or after.
    charm : how good they are, 0 to 1.
    eagerness : chance that they stream on a day.
    """

    host_id: str
    name: str
    locale: str
    category: int
    minute: int
    charm: float
    eagerness: float


def make_hosts(rng: np.random.Generator, count: int) -> list[Host]:
    """Draw hosts, two thirds of whom speak Chinese."""
    hosts = []
    for number in range(count):
        locale = "en" if number % 3 == 2 else "zh-CN"
        names = HOST_NAMES[locale]
        start = int(rng.choice(_SLOTS)) * 60 + int(rng.choice((0, 0, 30)))
        hosts.append(
            Host(
                host_id=f"h-{number:03d}",
                name=names[number // 3 % len(names)],
                locale=locale,
                category=int(rng.integers(len(CATEGORIES))),
                minute=start - _ZONE_HOURS[locale] * 60,
                charm=float(rng.beta(3, 2)),
                eagerness=float(rng.uniform(0.4, 1.0)),
            )
        )
    return hosts
