"""Logistic regression by one Newton step an example."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from features.compiled import compiled
from online_models.arrays import Bools, Floats
from online_models.bayesian_logistic import newton_step

__all__ = ["OnlineLogistic"]


class OnlineLogistic:
    """Logistic regression of rows of `features` numbers that are all about as large as 1.

    By the step of the system's own heads (`online_models.bayesian_logistic`), for whole rows of
    numbers and without drift.

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
        _learn(self._covariance, self._weights, features, came.astype(np.float64))

    def predict(self, features: Floats) -> Floats:
        """Return the chance of each row, float64[n]."""
        return np.asarray(expit(features @ self._weights[:-1] + self._weights[-1]))


@compiled
def _learn(covariance: Floats, weights: Floats, features: Floats, came: Floats) -> None:
    x, start = np.ones(len(weights)), np.zeros((2, len(weights)))
    for row in range(len(features)):
        x[:-1] = features[row]
        newton_step(weights, covariance, start, x, came[row], 0.0)
