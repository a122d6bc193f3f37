from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.people.least_squares import least_squares_step
from benchmarks.quality.people.rating_stack import RatingStack
from benchmarks.quality.people.residual_neighbours import ResidualNeighbours


def test_steps_are_the_ridge_regression_of_all_examples() -> None:
    """After any number of steps the weights are those of one solution of all."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(50, 4)), rng.normal(size=50)
    covariance, weights = np.eye(4) / 3.0, np.zeros(4)
    for row, target in zip(x, y, strict=True):
        least_squares_step(covariance, weights, row, target)
    wanted = np.linalg.solve(x.T @ x + 3.0 * np.eye(4), x.T @ y)
    np.testing.assert_allclose(weights, wanted)


def test_neighbours_follow_columns_that_go_together() -> None:
    """A column that went with another one in other rows is expected to do so in a new one."""
    model = ResidualNeighbours()
    for row in range(20):
        sign = 1.0 if row % 2 else -1.0
        for column, residual in ((0, sign), (70, sign), (2, -sign)):
            model.learn(row, column, residual)
    model.learn(99, 0, 1.0)
    alike, slope = model.predict(99, 70)
    assert alike > 0.8
    assert slope > 0.5
    alike, slope = model.predict(99, 2)
    assert alike < -0.8
    assert slope < -0.5
    assert model.predict(99, 3) == model.predict(77, 70) == model.predict(1, 999) == (0.0, 0.0)


def test_predicting_changes_nothing() -> None:
    """Asked or not, the stack learns the same; of strangers it says something within bounds."""
    asked, unasked = RatingStack(low=1.0, high=5.0), RatingStack(low=1.0, high=5.0)
    rng = np.random.default_rng(4)
    for user, item, stars in rng.integers(1, 6, size=(60, 3)).tolist():
        x = {"traits": [item], "group": user % 2, "at_s": 60 * user}
        assert 1.0 <= asked.predict_one(user, item, x) <= 5.0
        assert 1.0 <= asked.predict_one("stranger", "unseen") <= 5.0
        asked.learn_one(user, item, float(stars), x)
        unasked.learn_one(user, item, float(stars), x)
    assert asked.predict_one(3, 4) == unasked.predict_one(3, 4)


def test_the_stack_passes_rivers_own_checks() -> None:
    """River's `check_estimator` finds nothing; it asks for scikit-learn, which we do not need."""
    pytest.importorskip("sklearn", reason="River's checks take data from scikit-learn")
    from river.checks import check_estimator

    check_estimator(RatingStack())
