"""One head while it learns: a River regression and how much it has seen."""

from __future__ import annotations

import msgspec

from online_models.head_state import RegressionState
from online_models.heads import Head, new_regression
from online_models.snapshot import HeadWeights

__all__ = ["HeadLearner", "LearnerState"]


class LearnerState(msgspec.Struct, frozen=True):
    """All that a `HeadLearner` is."""

    regression: RegressionState
    examples: tuple[int, int]
    positives: tuple[int, int]


class HeadLearner:
    """The learned part of one head; features come to it scaled.

    Examples
    --------
    >>> from online_models.heads import HEADS
    >>> learner = HeadLearner(HEADS[0], ("follows",))
    >>> round(learner.predict({"follows": 1.0}), 6)
    0.05
    """

    def __init__(self, head: Head, names: tuple[str, ...]) -> None:
        self.head = head
        self.names = names
        self.regression = new_regression(head.base_rate)
        self.examples = [0, 0]
        self.positives = [0, 0]

    def predict(self, z: dict[str, float]) -> float:
        """Return the probability of the outcome for scaled features `z`."""
        return self.regression.predict_proba_one(z)[True]

    def learn(self, z: dict[str, float], y: bool, *, reserved: bool) -> None:
        """Learn one outcome."""
        self.regression.learn_one(z, y)
        self.examples[reserved] += 1
        self.positives[reserved] += y

    def weights(self) -> HeadWeights:
        """Return what scoring needs of this head."""
        state = RegressionState.of(self.regression, self.names)
        invite, attend = self.examples
        positive_invite, positive_attend = self.positives
        return HeadWeights(
            state.weights, state.intercept, (invite, attend), (positive_invite, positive_attend)
        )

    def state(self) -> LearnerState:
        """Return all that this learner is."""
        weights = self.weights()
        return LearnerState(
            RegressionState.of(self.regression, self.names), weights.examples, weights.positives
        )

    def restore(self, state: LearnerState) -> None:
        """Become the learner that `state` was taken from."""
        self.regression = state.regression.build(self.names)
        self.examples = list(state.examples)
        self.positives = list(state.positives)
