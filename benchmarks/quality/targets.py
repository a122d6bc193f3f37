"""What the figures of the world with known truth must reach, and how means are told."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt

import numpy as np
from scipy.special import stdtrit

from benchmarks.quality.figure import Bounds, Figure, figure

__all__ = ["TARGETS", "interval", "missing", "told"]

TARGETS: dict[str, Bounds] = {
    "world_ratio_to_boosted_uplift": Bounds(low=1.0),
    "world_ratio_to_followers": Bounds(low=3.5),
    "world_ratio_to_affinity_hour": Bounds(low=2.0),
    "world_mutes_ratio_to_followers": Bounds(high=0.5),
    "world_open_probability_lost": Bounds(high=0.15),
    "world_score_calibration_error": Bounds(high=0.02),
    "world_copy_regret_late_to_early": Bounds(high=1.0),
    "world_lift_coverage": Bounds(low=0.9),
    "world_days_below_followers": Bounds(high=0.0),
}


def told(name: str, value: float | None, unit: str, **details: object) -> Figure:
    """Return a figure with its target; one that is not known has missed it.

    >>> told("world_lift_coverage", 0.95, "share")["met"]
    True
    >>> told("world_lift_coverage", None, "share")["met"]
    False
    """
    if value is None or not isfinite(value):
        return missing(name, "not measured", unit)
    return figure(name, value, unit, TARGETS.get(name), **details)


def missing(name: str, why: str, unit: str = "") -> Figure:
    """Return the line of a figure that could not be measured."""
    target = TARGETS.get(name)
    return {
        "figure": name,
        "value": None,
        "unit": unit,
        "target": None if target is None else str(target),
        "met": None if target is None else False,
        "failed": why,
    }


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return mean, low and high of Student's 95 % interval of the mean; of one value no interval.

    >>> interval([1.0]), interval([1.0, 1.0])
    ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    """
    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return mean, mean, mean
    half = float(stdtrit(n - 1, 0.975)) * float(np.std(values, ddof=1)) / sqrt(n)
    return mean, mean - half, mean + half
