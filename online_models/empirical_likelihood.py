"""Confidence intervals of means and of ratios of means, without assuming a shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from online_models.arrays import Floats

__all__ = ["ratio_interval"]

_CHI2_95 = 3.841458820694124
_NEWTON_STEPS = 100
_WIDENINGS = 200


def ratio_interval(a: Floats, b: Floats, reach: Floats) -> tuple[float, float, float]:
    """Return the ratio of the means of `a` and `b`, and its 95 % interval, by likelihood.

    All v belong to it for which some distribution over the pairs that were seen, and those within
    `reach`, has the ratio v and is not less likely than the best by more than half the 95 % point
    of χ² with one degree of freedom. Unlike ± 1.96 standard errors the interval follows the skew
    that large weights bring, and it is not a point where all pairs are alike.

    Parameters
    ----------
    a, b : float64[n], independent pairs with b ≥ 0, n > 0, and some b > 0.
    reach : float64[m, 2], pairs (a, b) that might have come as well; m may be 0.

    References
    ----------
    Owen (2001), Empirical likelihood, ch. 2.3 and 3.4. Karampatziakis, Langford, Mineiro (2020),
    Empirical likelihood for contextual bandits, for pairs that were not seen.

    >>> [round(bound, 3) for bound in ratio_interval(np.eye(1, 50)[0], np.ones(50), np.eye(0, 2))]
    [0.02, 0.001, 0.085]
    """
    # Logs repeat few pairs many times: as complex numbers they are sorted as one.
    pairs, count = np.unique(a + 1j * b, return_counts=True)
    a, b = pairs.real, pairs.imag
    value = float(count @ a / (count @ b))
    error = float(np.sqrt(count @ (a - value * b) ** 2) / (count @ b))
    every_a, every_b = np.append(a, reach[:, 0]), np.append(b, reach[:, 1])
    ratios = every_a[every_b > 0] / every_b[every_b > 0]

    def above(v: float) -> float:
        return _log_ratio(a - v * b, count.astype(np.float64), every_a - v * every_b) - _CHI2_95

    least, most = float(ratios.min()), float(ratios.max())
    return value, _bound(above, value, least, error), _bound(above, value, most, error)


def _bound(above: Callable[[float], float], value: float, end: float, error: float) -> float:
    """Where between `value` and the `end` of what is possible the likelihood becomes too small."""
    step = np.copysign(max(error, 1e-6 * abs(end - value)), end - value)
    inner = value
    for _ in range(_WIDENINGS):
        outer = inner + step
        if abs(outer - value) >= abs(end - value):
            outer = value + (end - value) * (1.0 - 1e-9)
            if outer in (inner, value) or above(outer) <= 0.0:
                return end
        if above(outer) > 0.0:
            return float(brentq(above, inner, outer, xtol=1e-6 * abs(step)))
        inner, step = outer, 2.0 * step
    return end


def _log_ratio(z: Floats, count: Floats, every: Floats) -> float:
    """Twice the log of how much less likely the data are when the mean of z must be 0.

    The largest Σ count · log(1 + λz) over the λ for which no pair of `every` has 1 + λz < 0.
    """
    most, least = every.max(), every.min()
    if most <= 0.0 or least >= 0.0:
        return np.inf
    low, high = -1.0 / most, -1.0 / least
    multiplier = 0.0
    for _ in range(_NEWTON_STEPS):
        share = z / (1.0 + multiplier * z)
        slope, curvature = float(count @ share), float(count @ share**2)
        low, high = (multiplier, high) if slope > 0.0 else (low, multiplier)
        step = slope / curvature if curvature > 0.0 else 0.0
        if not low < multiplier + step < high:
            step = (low + high) / 2.0 - multiplier
        multiplier += step
        if abs(step) <= 1e-10 * (high - low) or abs(step) <= 1e-12 * abs(multiplier):
            break
    return 2.0 * float(count @ np.log1p(multiplier * z))
