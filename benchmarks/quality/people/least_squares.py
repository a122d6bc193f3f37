"""Least squares, one example at a time."""

from __future__ import annotations

from features.compiled import compiled
from online_models.arrays import Floats

__all__ = ["least_squares_step"]


@compiled
def least_squares_step(covariance: Floats, weights: Floats, x: Floats, y: float) -> None:
    """Take one example with features `x` and outcome `y` into the weights.

    `covariance`: float64[k, k], the identity over the ridge at first; `weights`: float64[k]. Both
    change in place. The weights are then the exact ridge regression of all examples (Plackett,
    "Some theorems in least squares", Biometrika 1950).
    """
    error = y - weights @ x
    gain = covariance @ x
    scale = 1.0 / (1.0 + x @ gain)
    weights += gain * (scale * error)
    for row in range(len(x)):
        for column in range(len(x)):
            covariance[row, column] -= scale * gain[row] * gain[column]
