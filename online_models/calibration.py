"""Recalibration of served log-odds on their own recent outcomes."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from online_models.arrays import Bools, Floats

__all__ = ["REFIT_EVERY", "fit_calibration"]

REFIT_EVERY = 200
IDENTITY_WEIGHT = 40.0
NEWTON_STEPS = 8


def fit_calibration(z: Floats, y: Bools) -> tuple[float, float]:
    """Return (scale, shift) such that scale · z + shift fits the outcomes best.

    Platt's two parameters, by Newton's method on the log loss, drawn towards the identity (1, 0)
    with the weight of `IDENTITY_WEIGHT` units of Fisher information, so that a short or quiet
    window changes little. The scale stays within [0.2, 2]: the order of users is never reversed.

    Parameters
    ----------
    z : float64[n]
        Log-odds as predicted, before recalibration.
    y : bool[n]
        What happened.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines.
    """
    centre = z.mean()
    features = np.stack([z - centre, np.ones_like(z)])
    change = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        p = expit(z + change @ features)
        gradient = features @ (p - y) + IDENTITY_WEIGHT * change
        curvature = (features * (p * (1.0 - p))) @ features.T + IDENTITY_WEIGHT * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        change -= np.clip(step, -1.0, 1.0)
    slope = float(np.clip(1.0 + change[0], 0.2, 2.0))
    return slope, float(change[1] - (slope - 1.0) * centre)
