"""Trained River parts to plain numbers and back, without pickle and without losing a bit."""

from __future__ import annotations

import msgspec
import numpy as np

from online_models.arrays import Floats
from online_models.bayesian_logistic import BayesianLogistic
from online_models.heads import BELIEFS, new_regression, new_scaler
from online_models.realign import realigned
from online_models.river_types import Scaler

__all__ = ["RegressionState", "ScalerState"]


class ScalerState(msgspec.Struct, frozen=True):
    """A `StandardScaler` that only centres: one count and mean a feature."""

    counts: list[int]
    means: list[float]

    @classmethod
    def of(cls, scaler: Scaler, names: tuple[str, ...]) -> ScalerState:
        """Return the scaler's state over `names`."""
        return cls(
            [scaler.counts.get(name, 0) for name in names],
            [scaler.means.get(name, 0.0) for name in names],
        )

    def for_names(self, old: tuple[str, ...], new: tuple[str, ...]) -> ScalerState:
        """Return the same scaler over other features; new ones were never seen."""
        return ScalerState(
            realigned(self.counts, old, new, 0), realigned(self.means, old, new, 0.0)
        )

    def build(self, names: tuple[str, ...]) -> Scaler:
        """Return the scaler."""
        scaler = new_scaler()
        scaler.counts.update(dict(zip(names, self.counts, strict=True)))
        scaler.means.update(zip(names, self.means, strict=True))
        return scaler


class RegressionState(msgspec.Struct, frozen=True):
    """A regression of `new_regression`: what is believed of each weight, and of them together.

    `covariance`: float64, the upper triangle by rows, of intercept, features, `PRIOR` and `OPENS`.
    """

    weights: list[float]
    prior: float
    opens: float
    intercept: float
    covariance: bytes

    @classmethod
    def of(cls, regression: BayesianLogistic, names: tuple[str, ...]) -> RegressionState:
        """Return the regression's state over `names`."""
        mean, covariance = regression.belief((*names, *BELIEFS))
        intercept, *weights, prior, opens = mean.tolist()
        upper = covariance[np.triu_indices(len(mean))]
        return cls(weights, prior, opens, intercept, upper.tobytes())

    def for_names(self, old: tuple[str, ...], new: tuple[str, ...]) -> RegressionState:
        """Return the same regression over other features; new ones weigh nothing."""
        if old == new:
            return self
        kept = [place for place, name in enumerate(old, 1) if name in new]
        places = [0, *kept, len(old) + 1, len(old) + 2]
        mean, covariance = self._belief()
        regression = new_regression(0.5, new)
        names = (*(old[place - 1] for place in kept), *BELIEFS)
        regression.believe(names, mean[places], covariance[np.ix_(places, places)])
        return RegressionState.of(regression, new)

    def build(self, base_rate: float, names: tuple[str, ...]) -> BayesianLogistic:
        """Return the regression, of a head that starts from `base_rate`."""
        regression = new_regression(base_rate, names)
        regression.believe((*names, *BELIEFS), *self._belief())
        return regression

    def _belief(self) -> tuple[Floats, Floats]:
        mean = np.array([self.intercept, *self.weights, self.prior, self.opens])
        covariance = np.zeros((len(mean), len(mean)))
        upper = np.triu_indices(len(mean))
        covariance[upper] = np.frombuffer(self.covariance)
        covariance.T[upper] = covariance[upper]
        return mean, covariance
