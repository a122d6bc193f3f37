"""Logistic regression whose weights have a normal posterior: one Newton step an example."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import repeat

import numpy as np
from river import base

from features.compiled import compiled
from online_models.arrays import Floats

__all__ = ["BayesianLogistic", "newton_step"]


class BayesianLogistic(base.Classifier):
    """Logistic regression that knows how sure it is of each weight, and of them together.

    What is believed of the weights is a normal distribution, whose mean and covariance take one
    step an example: the extended Kalman filter, which is Laplace's approximation made recursive.
    So there is no learning rate, features may be correlated, and what was believed at first gives
    way just as fast as there is evidence: the loss exceeds that of the first weights by no more
    than a term that grows with the logarithm of the examples, however wrong the features are.

    Between two examples the belief drifts back towards the first one by 1 / `memory`, so that it
    never gets too sure to follow a world that changes.

    Parameters
    ----------
    intercept_init, intercept_variance
        The log-odds before anything is learned, and how far they may be off.
    variance
        Of each weight at first; their mean is 0 but for those in `first`.
    memory
        Examples.
    first
        (mean, variance) at first of the weights of some features.

    Examples
    --------
    >>> model = BayesianLogistic()
    >>> for number in range(200):
    ...     model.learn_one({"a": number % 2, "b": number % 2}, bool(number % 2))
    >>> model.predict_one({"a": 1.0, "b": 1.0}), model.predict_one({"a": 0.0, "b": 0.0})
    (True, False)

    References
    ----------
    Spiegelhalter and Lauritzen (1990), Sequential updating of conditional probabilities on
    directed graphical structures, Networks 20. The bound: Kakade and Ng (2004), Online bounds for
    Bayesian algorithms, NIPS 17.
    """

    def __init__(
        self,
        intercept_init: float = 0.0,
        intercept_variance: float = 1.0,
        variance: float = 1.0,
        memory: float = 100_000.0,
        first: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        self.intercept_init = intercept_init
        self.intercept_variance = intercept_variance
        self.variance = variance
        self.memory = memory
        self.first = first
        self._places: dict[str, int] = {}
        self._start = np.array([[intercept_init], [intercept_variance]])
        self._mean = np.array([intercept_init])
        self._covariance = np.array([[intercept_variance]])

    @property
    def intercept(self) -> float:
        """The intercept as it is now."""
        return float(self._mean[0])

    @property
    def weights(self) -> dict[str, float]:
        """The mean of each feature's weight."""
        return dict(zip(self._places, self._mean[1:].tolist(), strict=True))

    def predict_proba_one(  # type: ignore[override]  # River allows names and labels of any kind
        self, x: dict[str, float]
    ) -> dict[bool, float]:
        """Return the probability of each outcome, at the mean of the weights."""
        p = _chance(self._mean, self._vector(x))
        return {False: 1.0 - p, True: p}

    def contrast(self, x: dict[str, float]) -> float:
        """Return how far the features move the log-odds from the intercept."""
        vector = self._vector(x)
        vector[0] = 0.0
        return float(self._mean @ vector)

    def learn_one(  # type: ignore[override]  # the same
        self, x: dict[str, float], y: bool
    ) -> None:
        """Take one step."""
        if not self._places.keys() >= x.keys():
            self.know(x)
        vector, forgotten = self._vector(x), 1.0 / self.memory
        newton_step(self._mean, self._covariance, self._start, vector, float(y), forgotten)

    def know(self, names: Iterable[str]) -> None:
        """Make room for features that were never seen, in this order."""
        new = [name for name in names if name not in self._places]
        if not new:
            return
        known = self.first or {}
        start = np.array([known.get(name, (0.0, self.variance)) for name in new]).T
        size = len(self._mean)
        covariance = np.diag(np.append(np.zeros(size), start[1]))
        covariance[:size, :size] = self._covariance
        self._covariance = covariance
        self._mean = np.append(self._mean, start[0])
        self._start = np.hstack([self._start, start])
        self._places.update(zip(new, range(size, size + len(new)), strict=True))

    def belief(self, names: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Return the mean, float64[1 + n], and the covariance of intercept and named weights."""
        self.know(names)
        places = [0, *(self._places[name] for name in names)]
        return self._mean[places], self._covariance[np.ix_(places, places)]

    def believe(self, names: tuple[str, ...], mean: Floats, covariance: Floats) -> None:
        """Go on from what `belief` returned."""
        self.know(names)
        places = [0, *(self._places[name] for name in names)]
        self._mean[places] = mean
        self._covariance[np.ix_(places, places)] = covariance

    def _vector(self, x: dict[str, float]) -> Floats:
        vector = np.ones(len(self._mean))
        values = map(x.get, self._places, repeat(0.0))
        vector[1:] = np.fromiter(values, np.float64, len(self._places))
        return vector


@compiled
def _chance(mean: Floats, x: Floats) -> float:
    odds = 0.0
    for place in range(len(x)):
        odds += mean[place] * x[place]
    return 1.0 / (1.0 + math.exp(-odds))


@compiled
def newton_step(
    mean: Floats, covariance: Floats, start: Floats, x: Floats, y: float, forgotten: float
) -> None:
    """Take one example `x` (float64[n], the intercept's 1 among it) with the outcome `y`.

    `mean` and `covariance` are changed; then they drift by `forgotten`, in [0, 1), towards
    `start`, float64[2, n]: the mean and the variance of each weight at first.
    """
    size = len(x)
    gain, odds, sure = np.zeros(size), 0.0, 0.0
    for one in range(size):
        odds += mean[one] * x[one]
        for other in range(size):
            gain[one] += covariance[one, other] * x[other]
    chance = 1.0 / (1.0 + np.exp(-odds))
    curvature = chance * (1.0 - chance)
    for one in range(size):
        sure += x[one] * gain[one]
    scale = 1.0 / (1.0 + curvature * sure)
    kept = 1.0 - forgotten
    for one in range(size):
        mean[one] += gain[one] * scale * (y - chance)
        mean[one] += forgotten * (start[0, one] - mean[one])
        for other in range(size):
            drop = curvature * scale * (gain[one] * gain[other])
            covariance[one, other] = kept * (covariance[one, other] - drop)
        covariance[one, one] += forgotten * start[1, one]
