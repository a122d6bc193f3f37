from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from online_models.calibration import fit_calibration
from online_models.drift import DriftWatch
from online_models.example import Example
from online_models.head_state import ScalerState
from online_models.heads import HEADS
from online_models.learner import HeadLearner
from online_models.monitor import Monitor, calibration_error, log_loss
from online_models.rollback import BLOCK
from online_models.trainer import Trainer


def test_monitor_figures_are_the_textbook_ones() -> None:
    """Log loss and ROC AUC equal their definitions over all pairs, ties counted half."""
    rng = np.random.default_rng(2)
    z = np.round(rng.normal(size=400), 1)
    y = rng.random(400) < expit(z)
    monitor = Monitor()
    for one, outcome in zip(z.tolist(), y.tolist(), strict=True):
        monitor.add(one, one, outcome)
    figures = monitor.metrics()
    z = z.astype(np.float16).astype(np.float64)
    pairs = z[y][:, None] - z[~y][None, :]
    assert figures["roc_auc"] == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    assert figures["log_loss"] == pytest.approx(log_loss(z, y).mean())
    assert figures["total_log_loss"] == pytest.approx(figures["log_loss"], rel=1e-3)
    assert figures["total_roc_auc"] == pytest.approx(figures["roc_auc"], abs=0.01)


def test_calibration_error_is_zero_only_for_true_rates() -> None:
    """Predicting each group's own rate has no error; twice the rate has that much."""
    y = np.tile([True, False, False, False], 250)
    assert calibration_error(np.full(1_000, 0.25), y) == pytest.approx(0.0)
    assert calibration_error(np.full(1_000, 0.5), y) == pytest.approx(0.25)


def test_recalibration_undoes_a_wrong_level_and_slope() -> None:
    """Log-odds that are shifted and stretched come back to the true ones."""
    rng = np.random.default_rng(4)
    truth = rng.normal(-1.0, 1.0, 20_000)
    y = rng.random(20_000) < expit(truth)
    scale, shift = fit_calibration(1.5 * truth + 1.0, y)
    assert scale == pytest.approx(1 / 1.5, abs=0.05)
    assert shift == pytest.approx(-1 / 1.5, abs=0.08)


def test_recalibration_of_a_short_or_one_sided_window_changes_little() -> None:
    """Few examples, or none that happened, do not overturn what is believed."""
    scale, shift = fit_calibration(np.full(20, -3.0), np.zeros(20, np.bool_))
    assert (scale, shift) == pytest.approx((1.0, 0.0), abs=0.05)
    scale, shift = fit_calibration(np.full(2_000, 8.0), np.zeros(2_000, np.bool_))
    assert np.isfinite([scale, shift]).all()


def test_drift_watch_survives_storing_and_refuses_foreign_bytes() -> None:
    """A stored watch goes on bit for bit; with a wrong checksum it starts its window anew."""
    rng = np.random.default_rng(3)
    losses = [*rng.uniform(0.1, 0.3, 700).tolist(), *rng.uniform(0.7, 0.9, 700).tolist()]
    whole, stored = DriftWatch(), DriftWatch()
    for i, loss in enumerate(losses):
        whole.add(loss)
        stored.add(loss)
        if i % 97 == 0:
            stored = DriftWatch.restored(stored.state())
    assert whole.state() == stored.state()
    assert whole.drifts == 1
    broken = whole.state()
    anew = DriftWatch.restored(
        type(broken)(
            broken.release, b"\xff" * 9, broken.checksum, False, broken.seen, 1, broken.last_drift
        )
    )
    anew.add(0.5)
    assert anew.drifts == 1


def learner_after(outcomes: int) -> tuple[HeadLearner, ScalerState]:
    """Return a head that learned `a` → happens, beside a prior that knows nothing."""
    learner = HeadLearner(HEADS[0], ("a",))
    scaler = ScalerState([1], [0.0])
    teach(learner, scaler, outcomes, sign=1.0)
    return learner, scaler


def teach(learner: HeadLearner, scaler: ScalerState, n: int, *, sign: float) -> None:
    """Judge and learn `n` outcomes that follow `sign` · a; the prior says one half."""
    rng = np.random.default_rng(9)
    for a, u in rng.random((n, 2)).tolist():
        z = {"a": 4.0 * a - 2.0}
        y = bool(u < expit(sign * 2.0 * z["a"]))
        verdict = learner.judge(z, y, prior=0.5)
        learner.learn(z, y, reserved=False, prior=0.5)
        learner.react(verdict, scaler)


def test_good_weights_come_back_when_a_head_goes_bad() -> None:
    """Ruined weights lose to the prior within a block, and the last good ones return."""
    learner, scaler = learner_after(4 * BLOCK)
    assert learner.guard.good is not None
    good = learner.predict({"a": 1.0})
    mean, covariance = learner.regression.belief(("a",))
    learner.regression.believe(("a",), np.array([mean[0], -9.0]), covariance)
    for i in range(BLOCK):
        verdict = learner.judge({"a": 1.0}, i % 8 != 0, prior=0.5)
    assert verdict == "worse"
    learner.react(verdict, scaler)
    assert learner.guard.rollbacks == 1
    assert learner.predict({"a": 1.0}) == pytest.approx(good, abs=0.05)


def test_a_head_that_fails_twice_starts_afresh() -> None:
    """When the good weights are bad too, the prior decides until the head has learned again."""
    learner, scaler = learner_after(4 * BLOCK)
    for _ in range(2):
        learner.react("worse", scaler)
    assert learner.positives == (0, 0)
    assert learner.predict({"a": 1.0}) == pytest.approx(HEADS[0].base_rate)


def test_restored_weights_are_the_same_function_under_another_scaler() -> None:
    """Scaling may have moved on since the checkpoint: the prediction must not."""
    learner, _ = learner_after(4 * BLOCK)
    learner.guard.failed = False
    then, now = ScalerState([1], [0.5]), ScalerState([1], [-2.0])
    learner.react("good", then)
    before = learner.predict({"a": 3.0 - 0.5})
    learner.react("worse", now)
    assert learner.predict({"a": 3.0 + 2.0}) == pytest.approx(before, abs=1e-12)


def example(**changes: object) -> Example:
    """Return a sent invitation that was opened."""
    fields: dict[str, object] = {
        "reminder_id": "r",
        "user_id": "u",
        "stream_id": "s",
        "rung": "2h",
        "intent": "invite",
        "sent": True,
        "decided_ts": 0,
        "closed_ts": 1,
        "x": [1.0],
        "opened": True,
    }
    return Example(**{**fields, **changes})  # type: ignore[arg-type]  # the fields of a Struct


def test_labels_that_are_not_known_teach_nothing() -> None:
    """Each head learns from the examples that have its label, and from no other."""
    trainer = Trainer(("a",))
    trainer.learn(
        [
            example(),
            example(sent=False, opened=None, attended=True),
            example(opened=None, attended=True, purchased=False),
            example(opened=None, muted=False, attended=False, purchased=False),
            example(opened=None, reserved=True),
        ]
    )
    seen = {name: sum(head.examples) for name, head in trainer.heads.items()}
    once = dict.fromkeys(("open", "attend_unsent", "mute", "purchase", "reserve"), 1)
    assert seen == {**once, "attend": 2}


@pytest.mark.parametrize(
    "bad",
    [{"x": []}, {"x": [float("nan")]}, {"x": [float("inf")]}, {"personalized": False}],
)
def test_what_must_not_teach_is_counted_and_skipped(bad: dict[str, object]) -> None:
    """Unfit features and people without consent leave the model as it was."""
    trainer = Trainer(("a",))
    trainer.learn([example(**bad)])
    assert (trainer.learned, trainer.skipped) == (0, 1)
    assert trainer.snapshot(0).heads == Trainer(("a",)).snapshot(0).heads


def test_new_features_join_a_stored_trainer() -> None:
    """After an upgrade known features keep what they learned and new ones start at nothing."""
    old = Trainer(("a",))
    old.learn([example(x=[float(i % 5)], opened=i % 5 > 2) for i in range(200)])
    new = Trainer.from_bytes(old.to_bytes(), ("b", "a"))
    old_head, new_head = old.snapshot(0).heads["open"], new.snapshot(0).heads["open"]
    assert new_head.weights == [0.0, *old_head.weights]
    new.learn([example(x=[0.5, 1.0])])
    assert (new.learned, new.skipped) == (201, 0)


def test_a_wrong_prior_is_recalibrated_before_any_head_counts() -> None:
    """A prior five times too high is served at the seen rate after a few hundred examples."""
    rng = np.random.default_rng(6)
    trainer = Trainer(("a",))
    prior = [0.05, 0.2, 0.1, 0.002, 0.03]
    trainer.learn(
        [
            example(x=[rng.normal()], opened=None, attended=bool(rng.random() < 0.04), prior=prior)
            for _ in range(1_200)
        ]
    )
    head = trainer.snapshot(0).heads["attend"]
    learned = head.intercept + head.prior * (logit(0.2) - logit(0.03))
    assert expit(head.scale * learned + head.shift) == pytest.approx(0.04, abs=0.015)
