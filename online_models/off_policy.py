"""What another policy would have earned, from the log of one that drew by known chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from online_models.arrays import Floats
from online_models.empirical_likelihood import ratio_interval
from online_models.errors import LogError

__all__ = ["Estimate", "doubly_robust", "importance", "ips", "snips"]


@dataclass(frozen=True)
class Estimate:
    """A policy's mean reward.

    Attributes
    ----------
    value, low, high
        The estimate and its 95 % interval, of which only what lies in [0, 1] is given.
    effective
        How many records drawn by the policy itself would say as much: (Σw)² / Σw², at most n.
        Below some dozens with a reward, no interval can be trusted.
    """

    value: float
    low: float
    high: float
    effective: float


def importance(logged: Floats, target: Floats) -> Floats:
    """Return float64[n], how much more often the other policy would have done what was done.

    Parameters
    ----------
    logged : float64[n] in (0, 1], the chance with which each action was drawn (`propensity`).
    target : float64[n] in [0, 1], the other policy's chance of the same action in the same place.

    Raises
    ------
    LogError
        A chance is out of range. Nothing can be said of what the log could never have shown: the
        other policy's chance of that counts as lost.
    """
    if not len(logged) or len(logged) != len(target):
        raise LogError(f"{len(logged)} logged chances and {len(target)} of the other policy")
    if not (np.all(logged > 0) and np.all(logged <= 1)):
        raise LogError("a logged chance is not in (0, 1]")
    if not (np.all(target >= 0) and np.all(target <= 1)):
        raise LogError("a chance of the other policy is not in [0, 1]")
    return np.asarray(target / logged, np.float64)


def ips(reward: Floats, weight: Floats) -> Estimate:
    """Return the mean of w · r: unbiased, and noisy where weights are large.

    Parameters
    ----------
    reward : float64[n] in [0, 1], what came of each action.
    weight : float64[n], of `importance`.

    Raises
    ------
    LogError
        No weight, or a reward out of range.

    References
    ----------
    Horvitz and Thompson (1952), A generalization of sampling without replacement, JASA 47.

    >>> round(ips(np.array([1.0, 0.0, 0.0, 1.0]), np.array([0.5, 1.0, 1.5, 1.0])).value, 3)
    0.375
    """
    typical = _typical(reward, weight)
    reach = np.array([[0.0, 1.0], [typical, 1.0]])
    return _estimate(weight * reward, np.ones(len(weight)), reach, weight)


def snips(reward: Floats, weight: Floats) -> Estimate:
    """Return Σwr / Σw: within the range of the rewards, its bias falls as 1/n.

    Arguments and errors are those of `ips`.

    References
    ----------
    Swaminathan and Joachims (2015), The self-normalized estimator for counterfactual learning.

    >>> snips(np.array([1.0, 1.0]), np.array([0.5, 30.0])).value
    1.0
    """
    typical = _typical(reward, weight)
    reach = np.array([[0.0, typical], [typical, typical]])
    return _estimate(weight * reward, weight, reach, weight)


def doubly_robust(
    reward: Floats, weight: Floats, expected: Floats, expected_target: Floats
) -> Estimate:
    """Return the mean of m + w · (r − q): what a model expects, corrected by what came.

    Unbiased as `ips` is, whatever the model, if it has not learned from the record it is used
    for; the better the model, the narrower the interval.

    Parameters
    ----------
    reward, weight : as for `ips`.
    expected : float64[n] in [0, 1], q: the reward that a model expects of the logged action.
    expected_target : float64[n] in [0, 1], m: the same, averaged over the other policy's actions.

    Raises
    ------
    LogError
        As `ips`, or an expectation is out of range.

    References
    ----------
    Dudík, Langford, Li (2011), Doubly robust policy evaluation and learning, ICML.

    >>> one = np.ones(2)
    >>> round(doubly_robust(np.array([1.0, 0.0]), one, 0.3 * one, 0.4 * one).value, 3)
    0.6
    """
    typical = _typical(reward, weight)
    for values in (expected, expected_target):
        _check("an expectation", values, len(reward))
    gain = expected_target + weight * (reward - expected)
    least = float((expected_target - typical * expected).min())
    most = float((expected_target + typical * (1.0 - expected)).max())
    reach = np.array([[least, 1.0], [most, 1.0]])
    return _estimate(gain, np.ones(len(gain)), reach, weight)


def _estimate(a: Floats, b: Floats, reach: Floats, weight: Floats) -> Estimate:
    value, *bounds = ratio_interval(a, b, reach)
    low, high = (min(max(bound, 0.0), 1.0) for bound in bounds)
    return Estimate(value, low, high, float(weight.sum() ** 2 / (weight @ weight)))


def _typical(reward: Floats, weight: Floats) -> float:
    """The mean weight of what the other policy does: a record like that might have come as well.

    So the interval of a log without a reward is that of `Estimate.effective` records without one.
    """
    _check("a reward", reward, len(weight))
    if weight.max(initial=0.0) <= 0.0:
        raise LogError("the other policy would have done nothing of what was logged")
    return float(weight @ weight / weight.sum())


def _check(what: str, values: Floats, length: int) -> None:
    if len(values) != length or not (np.all(values >= 0) and np.all(values <= 1)):
        raise LogError(f"{what} is missing or not in [0, 1]")
