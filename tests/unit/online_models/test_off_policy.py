from __future__ import annotations

import numpy as np
import pytest

from online_models.empirical_likelihood import ratio_interval
from online_models.errors import LogError
from online_models.off_policy import doubly_robust, importance, ips, snips

_NOWHERE = np.empty((0, 2))


def test_weights_are_ratios_of_chances() -> None:
    """How much more often the other policy would have done what was done; never is 0."""
    weight = importance(np.array([0.5, 0.25, 1.0]), np.array([0.5, 0.5, 0.0]))
    assert weight.tolist() == [1.0, 2.0, 0.0]


@pytest.mark.parametrize(
    ("logged", "target", "words"),
    [
        ([0.0, 0.5], [0.5, 0.5], r"logged chance is not in \(0, 1\]"),
        ([1.5, 0.5], [0.5, 0.5], r"logged chance is not in \(0, 1\]"),
        ([0.5, 0.5], [0.5, -0.1], r"other policy is not in \[0, 1\]"),
        ([0.5, 0.5], [0.5], "2 logged chances and 1"),
        ([], [], "0 logged chances"),
        ([0.5, np.nan], [0.5, 0.5], "logged chance"),
    ],
)
def test_impossible_chances_are_refused(
    logged: list[float], target: list[float], words: str
) -> None:
    """Each with a sentence that says what is wrong."""
    with pytest.raises(LogError, match=words):
        importance(np.array(logged), np.array(target))


def test_rewards_and_expectations_are_shares() -> None:
    """What lies outside of [0, 1], or is missing, is refused; so is a log without any weight."""
    one = np.ones(2)
    for wrong in (np.array([0.5, 1.5]), np.ones(3), np.array([np.nan, 0.0])):
        with pytest.raises(LogError, match="a reward"):
            ips(wrong, one)
        with pytest.raises(LogError, match="an expectation"):
            doubly_robust(one, one, wrong, one)
    with pytest.raises(LogError, match="nothing of what was logged"):
        snips(one, np.zeros(2))


def test_with_the_logging_policy_itself_all_agree() -> None:
    """Weights of 1: the plain mean, with the interval that is known for it."""
    reward = np.repeat([1.0, 0.0], [30, 970])
    one = np.ones(1_000)
    found = [ips(reward, one), snips(reward, one), doubly_robust(reward, one, 0.1 * one, 0.1 * one)]
    for estimate in found:
        assert estimate.value == pytest.approx(0.03)
        # Likelihood-ratio interval of 30 in 1,000, by the binomial's formula.
        assert (estimate.low, estimate.high) == pytest.approx((0.0206, 0.0418), abs=2e-4)
        assert estimate.effective == 1_000


def test_a_perfect_model_leaves_no_doubt_but_what_was_not_seen() -> None:
    """Doubly robust with the true expectation has far less spread than weights alone."""
    rng = np.random.default_rng(3)
    action = rng.integers(0, 2, 4_000)
    weight = np.array([0.2, 1.8])[action]
    reward = np.array([0.9, 0.5])[action]
    target_mean = 0.1 * 0.9 + 0.9 * 0.5
    model = doubly_robust(reward, weight, reward, np.full(4_000, target_mean))
    plain = ips(reward, weight)
    assert model.value == pytest.approx(target_mean)
    assert model.high - model.low < 0.3 * (plain.high - plain.low)


def test_no_reward_is_no_certainty() -> None:
    """100 records without a reward leave room for some 2 %, and as much more as weights are."""
    none = np.zeros(100)
    assert ips(none, np.ones(100)).high == pytest.approx(1 - np.exp(-3.8415 / 200), rel=1e-3)
    assert ips(none, np.full(100, 5.0)).high == pytest.approx(
        5 * (1 - np.exp(-3.8415 / 200)), rel=1e-3
    )
    assert snips(none, np.full(100, 5.0)).low == 0.0
    assert snips(np.ones(100), np.ones(100)).high == 1.0


def test_bounds_stay_in_range() -> None:
    """A share has no bounds outside of [0, 1], whatever the weights."""
    weight = np.array([0.1, 0.1, 80.0, 0.1])
    for estimate in (ips(np.array([0.0, 1.0, 1.0, 0.0]), weight), ips(np.ones(4), weight)):
        assert 0.0 <= estimate.low <= estimate.high <= 1.0
        assert estimate.effective < 1.1


def test_an_interval_follows_the_skew() -> None:
    """With a few large weights the upper side is the longer one, and both hold the estimate."""
    rng = np.random.default_rng(1)
    weight = rng.choice([0.5, 20.0], 2_000, p=[0.98, 0.02])
    reward = (rng.random(2_000) < 0.1).astype(np.float64)
    for estimate in (ips(reward, weight), snips(reward, weight)):
        assert estimate.low < estimate.value < estimate.high
        assert estimate.high - estimate.value > 1.1 * (estimate.value - estimate.low)


def test_bounds_are_where_the_likelihood_says() -> None:
    """At a bound the best weights of the records, found by brute force, are as unlikely as χ²."""
    a = np.array([0.0, 1.0, 2.0, 5.0] * 10)
    value, low, high = ratio_interval(a, np.ones(40), _NOWHERE)
    assert value == 2.0
    for bound in (low, high):
        z = a - bound
        slopes = np.linspace(-1 / z.max(), -1 / z.min(), 2_000_001)[1:-1]
        likelihood = sum(10 * np.log1p(slopes * one) for one in z[:4])
        assert 2 * float(np.max(likelihood)) == pytest.approx(3.8415, abs=1e-3)


def test_all_alike_is_one_point_unless_more_was_possible() -> None:
    """Without anything else within reach the interval is the value; with it, it is not."""
    alike = np.full(30, 0.25)
    assert ratio_interval(alike, np.ones(30), _NOWHERE) == (0.25, 0.25, 0.25)
    reach = np.array([[0.0, 1.0], [1.0, 1.0]])
    value, low, high = ratio_interval(alike, np.ones(30), reach)
    assert low < value == 0.25 < high
