"""Logs with the Open Bandit sample's chances and simulated clicks, so that the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from online_models.arrays import Floats, Ints

__all__ = ["ClickLog", "ClickWorld", "click_rates", "cross_fitted"]

_SPREAD, _LIKED_BY_POLICY = 0.5, 0.6
_PLACES = np.array([[1.1], [1.0], [0.9]])
_PRIOR_WEIGHT = 20.0


@dataclass(frozen=True)
class ClickLog:
    """What one run of a policy left: float64[n] and int64[n] columns."""

    place: Ints
    item: Ints
    click: Floats
    logged: Floats
    target: Floats


@dataclass(frozen=True)
class ClickWorld:
    """Two policies and what is clicked.

    Attributes
    ----------
    place
        int64[n], the places of a real log's impressions, which each run keeps.
    logging, target, rate
        float64[3, items]: the chances of the policy that logs and of the one to be judged, and
        of a click.
    """

    place: Ints
    logging: Floats
    target: Floats
    rate: Floats

    @property
    def truth(self) -> float:
        """The mean reward of the target policy."""
        return float((self.target * self.rate).sum(axis=1)[self.place].mean())

    def run(self, rng: np.random.Generator) -> ClickLog:
        """Let the logging policy choose, and people click."""
        edges = self.logging.cumsum(axis=1)
        drawn = rng.random(len(self.place))
        item = np.empty(len(self.place), np.int64)
        for place, steps in enumerate(edges):
            here = self.place == place
            item[here] = np.minimum(steps.searchsorted(drawn[here], "right"), len(steps) - 1)
        cell = self.place, item
        click = (rng.random(len(item)) < self.rate[cell]).astype(np.float64)
        return ClickLog(self.place, item, click, self.logging[cell], self.target[cell])


def click_rates(thompson: Floats, mean: float, rng: np.random.Generator) -> Floats:
    """Return float64[3, items]: rates of a click, `mean` on average over all cells.

    Lognormal over items, and mostly higher for what the Thompson policy preferred; a little lower
    from place to place.
    """
    preferred = np.log(thompson.mean(axis=0))
    preferred = (preferred - preferred.mean()) / preferred.std()
    chance = rng.standard_normal(thompson.shape[1])
    liked = _LIKED_BY_POLICY * preferred + np.sqrt(1.0 - _LIKED_BY_POLICY**2) * chance
    rate = np.exp(_SPREAD * liked) * _PLACES
    return np.asarray(np.minimum(rate * mean / rate.mean(), 0.5), np.float64)


def cross_fitted(
    place: Ints, item: Ints, click: Floats, target: Floats, fold: Ints
) -> tuple[Floats, Floats]:
    """Return what a model expects of each logged action and of the target policy, float64[n] both.

    The model is an item's click rate in the other fold, drawn towards the rate of all.

    Parameters
    ----------
    target : float64[3, items], the chances of the policy to be judged.
    fold : int64[n], 0 or 1.
    """
    expected, averaged = np.empty(len(item)), np.empty(len(item))
    items = target.shape[1]
    for one in (0, 1):
        learned, used = fold != one, fold == one
        shown = np.bincount(item[learned], minlength=items)
        clicked = np.bincount(item[learned], click[learned], minlength=items)
        overall = click[learned].mean()
        rate = (clicked + _PRIOR_WEIGHT * overall) / (shown + _PRIOR_WEIGHT)
        expected[used] = rate[item[used]]
        averaged[used] = (target @ rate)[place[used]]
    return expected, averaged
