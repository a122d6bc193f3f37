"""Back to the last good weights of a head that has become worse than the prior.

Every `BLOCK` outcomes the head's loss is compared with the prior's on the same examples. Not
worse: its weights become the last good ones. Clearly worse (by more than `CLEARLY` standard
errors of the mean difference) although it has enough evidence to count: the last good weights
come back, with the evidence they had. Clearly worse again with no good block in between: it
starts afresh and without evidence, so the prior decides until it has learned again.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import numpy as np

from online_models.head_state import RegressionState, ScalerState

__all__ = ["Checkpoint", "Guard", "Verdict"]

BLOCK = 500
CLEARLY = 3.0
LEAST_POSITIVES = 50

Verdict = Literal["none", "good", "unclear", "worse"]


class Checkpoint(msgspec.Struct, frozen=True):
    """Weights of a head, and the evidence that they rest on.

    `bias`: its log-odds where all features are 0, wherever their means are.
    """

    bias: float
    regression: RegressionState
    examples: tuple[int, int]
    positives: tuple[int, int]

    @classmethod
    def of(
        cls,
        scaler: ScalerState,
        regression: RegressionState,
        examples: tuple[int, int],
        positives: tuple[int, int],
    ) -> Checkpoint:
        """Return the function that the regression is now, apart from the scaler."""
        bias = regression.intercept - float(np.dot(regression.weights, scaler.means))
        return cls(bias, regression, examples, positives)

    def for_names(self, old: tuple[str, ...], new: tuple[str, ...]) -> Checkpoint:
        """Return the same function over other features; new ones weigh nothing."""
        return msgspec.structs.replace(self, regression=self.regression.for_names(old, new))

    def under(self, scaler: ScalerState) -> RegressionState:
        """Return the regression that is the same function under the scaler as it is now."""
        shift = float(np.dot(self.regression.weights, scaler.means))
        return msgspec.structs.replace(self.regression, intercept=self.bias + shift)


class Guard(msgspec.Struct):
    """The running comparison of a head with the prior, and what it may go back to.

    Examples
    --------
    >>> guard = Guard()
    >>> [guard.compare(0.9, 0.1 + 0.001 * (i % 7), positives=80) for i in range(BLOCK)][-1]
    'worse'
    """

    n: int = 0
    learned_sum: float = 0.0
    prior_sum: float = 0.0
    square_sum: float = 0.0
    learned_loss: float = 0.0
    prior_loss: float = 0.0
    rollbacks: int = 0
    failed: bool = False
    good: Checkpoint | None = None

    def compare(self, learned: float, prior: float, *, positives: int) -> Verdict:
        """Note both losses on one example; at the end of a block return what it says."""
        self.n += 1
        self.learned_sum += learned
        self.prior_sum += prior
        self.square_sum += (learned - prior) ** 2
        if self.n < BLOCK:
            return "none"
        mean = (self.learned_sum - self.prior_sum) / self.n
        error = math.sqrt(max(self.square_sum / self.n - mean**2, 0.0) / self.n)
        self.learned_loss, self.prior_loss = self.learned_sum / self.n, self.prior_sum / self.n
        self.n, self.learned_sum, self.prior_sum, self.square_sum = 0, 0.0, 0.0, 0.0
        if positives < LEAST_POSITIVES:
            return "unclear"
        if mean <= 0.0:
            return "good"
        return "worse" if mean > CLEARLY * error else "unclear"
