"""One head while it learns: a River regression, and the watch over it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from online_models.calibration import REFIT_EVERY, fit_calibration
from online_models.drift import DriftState, DriftWatch
from online_models.head_state import RegressionState, ScalerState
from online_models.heads import OPENS, PRIOR, Head, logit, new_regression
from online_models.monitor import Monitor, MonitorState
from online_models.rollback import Checkpoint, Guard, Verdict
from online_models.snapshot import HeadWeights

__all__ = ["HeadLearner", "LearnerState"]

Features = dict[str, float]

SURE = 1e-9
"""No probability counts as closer to 0 or 1 than this."""


def _log_odds(p: float) -> float:
    return logit(min(max(p, SURE), 1.0 - SURE))


def _loss(z: float, y: bool) -> float:
    return math.log1p(math.exp(-z if y else z))


class LearnerState(msgspec.Struct, frozen=True):
    """All that a `HeadLearner` is."""

    regression: RegressionState
    examples: tuple[int, int]
    positives: tuple[int, int]
    scale: float
    shift: float
    monitor: MonitorState
    drift: DriftState
    guard: Guard


class HeadLearner:
    """The learned part of one head; features come to it centred.

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
        self.regression = new_regression(head.base_rate, names)
        self.examples = (0, 0)
        self.positives = (0, 0)
        self.scale, self.shift = 1.0, 0.0
        self.monitor = Monitor()
        self.drift = DriftWatch()
        self.guard = Guard()

    @property
    def name(self) -> str:
        """The head's name."""
        return self.head.name

    def predict(self, z: Features, prior: float | None = None, opens: float = 0.0) -> float:
        """Return the probability of the outcome for centred features `z`.

        `prior` is the probability that was believed before anything was learned, None for the
        head's base rate; `opens` what the head `open` has learned (`contrast`).
        """
        return self.regression.predict_proba_one(self._seen(z, prior, opens))[True]

    def serve(self, z: Features, prior: float, opens: float) -> float:
        """Return the recalibrated probability, as it is served."""
        served = self.scale * _log_odds(self.predict(z, prior, opens)) + self.shift
        return 1.0 / (1.0 + math.exp(-served))

    def contrast(self, z: Features) -> float:
        """Return how much likelier than by its prior the outcome is, in log-odds, level aside.

        0 as long as it has not been seen: it may be one that nobody reports.
        """
        return self.regression.contrast(z) if any(self.positives) else 0.0

    def judge(self, z: Features, y: bool, *, prior: float | None, opens: float = 0.0) -> Verdict:
        """Predict as would be served, note how well; to be called before `learn`."""
        before = _log_odds(self.head.base_rate if prior is None else prior)
        learned = _log_odds(self.predict(z, prior, opens))
        served = self.scale * learned + self.shift
        self.monitor.add(learned, served, y)
        self.drift.add(_loss(served, y))
        if self.monitor.seen % REFIT_EVERY == 0:
            z_learned, _, outcomes = self.monitor.window()
            self.scale, self.shift = fit_calibration(z_learned, outcomes)
        return self.guard.compare(
            _loss(learned, y), _loss(before, y), positives=sum(self.positives)
        )

    def learn(
        self, z: Features, y: bool, *, reserved: bool, prior: float | None, opens: float = 0.0
    ) -> None:
        """Learn one outcome."""
        self.regression.learn_one(self._seen(z, prior, opens), y)
        invite, attend = self.examples
        self.examples = (invite, attend + 1) if reserved else (invite + 1, attend)
        invite, attend = self.positives
        self.positives = (invite, attend + y) if reserved else (invite + y, attend)

    def _seen(self, z: Features, prior: float | None, opens: float) -> Features:
        """Return what the regression sees."""
        seen = z if prior is None else {**z, PRIOR: _log_odds(prior) - logit(self.head.base_rate)}
        return {**seen, OPENS: opens} if opens else seen

    def react(self, verdict: Verdict, scaler: ScalerState) -> None:
        """Keep the weights as good, or go back, as the verdict on the last block says."""
        guard = self.guard
        if verdict == "good":
            state = RegressionState.of(self.regression, self.names)
            guard.good = Checkpoint.of(scaler, state, self.examples, self.positives)
            guard.failed = False
        elif verdict == "worse":
            guard.rollbacks += 1
            if guard.good is None or guard.failed:
                guard.good = None
                self.regression = new_regression(self.head.base_rate, self.names)
                self.examples = self.positives = (0, 0)
            else:
                self.regression = guard.good.under(scaler).build(self.head.base_rate, self.names)
                self.examples, self.positives = guard.good.examples, guard.good.positives
            guard.failed = True

    def weights(self, opens: Sequence[float] = ()) -> HeadWeights:
        """Return what scoring needs of this head.

        `opens`: the slopes of the head `open`, where this one sees what that has learned.
        """
        state = RegressionState.of(self.regression, self.names)
        weights = state.weights
        if opens:
            weights = [own + state.opens * w for own, w in zip(weights, opens, strict=True)]
        return HeadWeights(
            weights,
            state.intercept,
            self.examples,
            self.positives,
            self.scale,
            self.shift,
            state.prior,
        )

    def slopes(self) -> list[float]:
        """Return the weights by which `contrast` goes."""
        weights = self.regression.weights
        return [weights[name] if any(self.positives) else 0.0 for name in self.names]

    def metrics(self) -> dict[str, float]:
        """Return the head's figures, see `Monitor.metrics`, and its health."""
        return {
            "examples": float(self.monitor.seen),
            "positives": float(sum(self.positives)),
            **self.monitor.metrics(),
            "learned_log_loss": self.guard.learned_loss,
            "prior_log_loss": self.guard.prior_loss,
            "drifts": float(self.drift.drifts),
            "examples_since_drift": float(self.drift.seen - self.drift.last_drift),
            "rollbacks": float(self.guard.rollbacks),
        }

    def state(self) -> LearnerState:
        """Return all that this learner is."""
        return LearnerState(
            RegressionState.of(self.regression, self.names),
            self.examples,
            self.positives,
            self.scale,
            self.shift,
            self.monitor.state(),
            self.drift.state(),
            self.guard,
        )

    def restore(self, state: LearnerState, names: tuple[str, ...]) -> None:
        """Become the learner that `state` was taken from, which had the features `names`."""
        self.regression = state.regression.for_names(names, self.names).build(
            self.head.base_rate, self.names
        )
        self.examples, self.positives = state.examples, state.positives
        self.scale, self.shift = state.scale, state.shift
        self.monitor = Monitor.restored(state.monitor)
        self.drift = DriftWatch.restored(state.drift)
        self.guard = state.guard
        if self.guard.good is not None:
            self.guard.good = self.guard.good.for_names(names, self.names)
