"""Trained River parts to plain numbers and back, without pickle and without losing a bit."""

from __future__ import annotations

import msgspec
from river import preprocessing

from online_models.heads import new_regression
from online_models.realign import realigned
from online_models.river_types import Regression, Scaler

__all__ = ["RegressionState", "ScalerState"]


class ScalerState(msgspec.Struct, frozen=True):
    """A `StandardScaler`: one count, mean and variance a feature."""

    counts: list[int]
    means: list[float]
    vars: list[float]

    @classmethod
    def of(cls, scaler: Scaler, names: tuple[str, ...]) -> ScalerState:
        """Return the scaler's state over `names`."""
        return cls(
            [scaler.counts.get(name, 0) for name in names],
            [scaler.means.get(name, 0.0) for name in names],
            [scaler.vars.get(name, 0.0) for name in names],
        )

    def for_names(self, old: tuple[str, ...], new: tuple[str, ...]) -> ScalerState:
        """Return the same scaler over other features; new ones were never seen."""
        return ScalerState(
            realigned(self.counts, old, new, 0),
            realigned(self.means, old, new, 0.0),
            realigned(self.vars, old, new, 0.0),
        )

    def build(self, names: tuple[str, ...]) -> Scaler:
        """Return the scaler."""
        scaler: Scaler = preprocessing.StandardScaler()
        scaler.counts.update(dict(zip(names, self.counts, strict=True)))
        scaler.means.update(zip(names, self.means, strict=True))
        scaler.vars.update(zip(names, self.vars, strict=True))
        return scaler


class RegressionState(msgspec.Struct, frozen=True):
    """A `LogisticRegression(AdaGrad)`: weights, squared gradients, intercept, steps."""

    weights: list[float]
    squared_gradients: list[float]
    intercept: float
    steps: int

    @classmethod
    def of(cls, regression: Regression, names: tuple[str, ...]) -> RegressionState:
        """Return the regression's state over `names`."""
        weights, g2 = regression.weights, regression.optimizer.g2
        return cls(
            [weights.get(name, 0.0) for name in names],
            [g2.get(name, 0.0) for name in names],
            regression.intercept,
            regression.optimizer.n_iterations,
        )

    def for_names(self, old: tuple[str, ...], new: tuple[str, ...]) -> RegressionState:
        """Return the same regression over other features; new ones weigh nothing."""
        return msgspec.structs.replace(
            self,
            weights=realigned(self.weights, old, new, 0.0),
            squared_gradients=realigned(self.squared_gradients, old, new, 0.0),
        )

    def build(self, names: tuple[str, ...]) -> Regression:
        """Return the regression."""
        regression = new_regression(0.5)
        # River offers no public way to set weights; the conformance test holds this one.
        regression._weights.update(dict(zip(names, self.weights, strict=True)))
        regression.optimizer.g2.update(zip(names, self.squared_gradients, strict=True))
        regression.intercept = self.intercept
        regression.optimizer.n_iterations = self.steps
        return regression
