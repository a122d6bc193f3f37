"""Logistic regression by one Newton step an example."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from features.compiled import compiled
from online_models.arrays import Bools, Floats

__all__ = ["OnlineLogistic"]


class OnlineLogistic:
    """Logistic regression of rows of `features` numbers that are all about as large as 1.

    The weights have a normal posterior, whose mean and covariance take one step an example: the
    extended Kalman filter without drift, which is the Laplace approximation made recursive
    (Spiegelhalter and Lauritzen, "Sequential updating of conditional probabilities on directed
    graphical structures", Networks 20, 1990). It needs no learning rate and no order.

    Parameters
    ----------
    features
        How many, without the intercept, which is added.
    base_rate
        The chance before anything is learned.
    variance
        Of each weight at first.
    """

    def __init__(self, features: int, base_rate: float, variance: float = 0.3) -> None:
        self._covariance = np.eye(features + 1) * variance
        self._weights = np.zeros(features + 1)
        self._weights[-1] = np.log(base_rate / (1.0 - base_rate))

    def learn(self, features: Floats, came: Bools) -> None:
        """Learn one row of float64[n, features] after the other."""
        _learn(self._covariance, self._weights, features, came)

    def predict(self, features: Floats) -> Floats:
        """Return the chance of each row, float64[n]."""
        return np.asarray(expit(features @ self._weights[:-1] + self._weights[-1]))


@compiled
def _learn(covariance: Floats, weights: Floats, features: Floats, came: Bools) -> None:
    x = np.ones(len(weights))
    for row in range(len(features)):
        x[:-1] = features[row]
        chance = 1.0 / (1.0 + np.exp(-(weights @ x)))
        spread = chance * (1.0 - chance)
        gain = covariance @ x
        scale = 1.0 / (1.0 + spread * (x @ gain))
        weights += gain * (scale * (came[row] - chance))
        for one in range(len(x)):
            for other in range(len(x)):
                covariance[one, other] -= spread * scale * gain[one] * gain[other]
