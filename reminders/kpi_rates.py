"""Rates with honest intervals: one proportion, and the difference of two."""

from __future__ import annotations

from math import sqrt

from features.contracts import Interval

__all__ = ["difference", "proportion"]

_Z = 1.959963984540054
"""The standard normal's 97.5th percentile: intervals of 95 %."""


def proportion(successes: int, trials: int) -> Interval:
    """Return `successes` in `trials` with its Wilson score interval (Wilson 1927, JASA 22).

    It holds near 0 and 1 and for few trials. Without trials nothing is known: [0, 1].

    >>> proportion(0, 0), proportion(10, 100).high > 0.1
    (Interval(value=0.0, low=0.0, high=1.0), True)
    """
    if trials <= 0:
        return Interval(value=0.0, low=0.0, high=1.0)
    value = min(successes, trials) / trials
    spread = _Z * _Z / trials
    centre = (value + spread / 2) / (1 + spread)
    half = _Z * sqrt(value * (1 - value) / trials + spread / (4 * trials)) / (1 + spread)
    low, high = min(max(centre - half, 0.0), value), max(min(centre + half, 1.0), value)
    return Interval(value=value, low=low, high=high)


def difference(first: Interval, second: Interval) -> Interval:
    """Return first − second of two independent proportions with its interval.

    Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10).

    >>> gap = difference(proportion(56, 70), proportion(48, 80))
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    value = first.value - second.value
    below = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    above = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Interval(value=value, low=value - below, high=value + above)
