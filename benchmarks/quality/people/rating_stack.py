"""An online stack of what is known about a rating, as a River recommender."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from river import optim, reco

from benchmarks.quality.people.least_squares import least_squares_step
from benchmarks.quality.people.residual_neighbours import ResidualNeighbours
from features.compiled import compiled
from online_models.arrays import Floats

__all__ = ["RatingStack"]

_Known: TypeAlias = tuple[float, Floats, Floats]

_SHRINK = 5.0
_RATES = np.array([0.05, 0.15, 0.35, 0.7])
_FILM_RATE = 0.05
_RIDGE = 10.0
_GENRE_RIDGE = 15.0
_FEATURES = 14
_GAP_SCALE = 3.0
_UNKNOWN_GAP = 15.0


class RatingStack(reco.base.Ranker):
    """Ridge regression, learned one rating at a time, over what several models say of it.

    Those are River's `BiasedMF`, shrunk biases of user and item, the user's own residuals averaged
    at four paces (their mood now), a ridge regression of each user on the item's traits, item-kNN
    and user-kNN on residuals, the residuals of the user's group on the item, and those of the item
    lately. Each also counts by how much is known of user and item and by how long ago the user
    rated last, so that it is trusted when it has earned it.

    Parameters
    ----------
    traits
        How many traits an item has at most.
    low, high
        Between what bounds predictions are kept.
    seed
        Of the first factors of `BiasedMF`.

    Examples
    --------
    >>> model = RatingStack(traits=2, low=1.0, high=5.0)
    >>> for _ in range(9):
    ...     model.learn_one("Alice", "Heat", 5.0, {"traits": [0], "group": 0, "at_s": 60})
    ...     model.learn_one("Alice", "Babe", 1.0, {"traits": [1], "group": 0, "at_s": 61})
    >>> heat, babe = (model.predict_one("Alice", film) for film in ("Heat", "Babe"))
    >>> heat > babe
    True
    """

    def __init__(
        self, traits: int = 20, low: float = 1.0, high: float = 10.0, seed: int | None = 73
    ) -> None:
        super().__init__(seed=seed)
        self.traits, self.low, self.high = traits, low, high
        self._factors: Any = reco.BiasedMF(
            n_factors=10,
            bias_optimizer=optim.SGD(0.025),
            latent_optimizer=optim.SGD(0.05),
            latent_initializer=optim.initializers.Normal(mu=0.0, sigma=0.1, seed=seed),
        )
        self._users: dict[Hashable, _User] = {}
        self._items: dict[Hashable, _Item] = {}
        self._by_item, self._by_user = ResidualNeighbours(), ResidualNeighbours()
        self._total, self._count = 0.0, 0
        size = 4 * _FEATURES
        self._covariance, self._weights = np.eye(size) / _RIDGE, np.zeros(size)
        self._told: tuple[object, ...] = ()
        self._known: _Known = (0.0, np.zeros(0), np.zeros(0))

    def predict_one(  # type: ignore[override]  # as River's own recommenders have it
        self, user: Hashable, item: Hashable, x: dict[str, Any] | None = None
    ) -> float:
        """Return the expected rating.

        `x`: any of `traits` (numbers of the item's traits), `group` (of the user) and `at_s`
        (when the user rates, epoch s).
        """
        base_rating, features, _ = self._look(user, item, x or {})
        rating = base_rating + float(self._weights @ features)
        return min(max(rating, self.low), self.high)

    def learn_one(  # type: ignore[override]  # as River's own recommenders have it
        self, user: Hashable, item: Hashable, y: float, x: dict[str, Any] | None = None
    ) -> None:
        """Learn one rating."""
        x, y = x or {}, float(y)
        base_rating, features, traits = self._look(user, item, x)
        least_squares_step(self._covariance, self._weights, features, y - base_rating)
        self._factors.learn_one(user, item, y)
        one, thing = self._user(user), self._item(item)
        self._users[user], self._items[item] = one, thing
        left = y - base_rating
        self._by_item.learn(one.number, thing.number, left)
        self._by_user.learn(thing.number, one.number, left)
        mean = self._mean()
        thing_bias = thing.bias()
        one.learn(left, traits, y - mean - thing_bias, x.get("at_s"))
        thing.learn(left, x.get("group"), y - mean)
        self._total, self._count, self._told = self._total + y, self._count + 1, ()

    def _user(self, user: Hashable) -> _User:
        return self._users.get(user) or _User(len(self._users), self.traits)

    def _item(self, item: Hashable) -> _Item:
        return self._items.get(item) or _Item(len(self._items))

    def _mean(self) -> float:
        return self._total / self._count if self._count else (self.low + self.high) / 2.0

    def _look(self, user: Hashable, item: Hashable, x: dict[str, Any]) -> _Known:
        """Return the rating by biases alone, the features and the item's traits."""
        asked = (user, item, id(x), self._count)
        if self._told != asked:
            self._known, self._told = self._features(user, item, x), asked
        return self._known

    def _features(self, user: Hashable, item: Hashable, x: dict[str, Any]) -> _Known:
        one, thing = self._user(user), self._item(item)
        traits = _trait_row(tuple(x.get("traits", ())), self.traits)
        user_bias, item_bias = one.bias(), thing.bias()
        base_rating = self._mean() + user_bias + item_bias
        alike, slope = self._by_item.predict(one.number, thing.number)
        neighbours, _ = self._by_user.predict(thing.number, one.number)
        # Asked about strangers it would draw their factors, and be another model from then on.
        known = user in self._users and item in self._items
        factors = self._factors.predict_one(user, item) if known else base_rating
        said = (
            1.0,
            factors - base_rating,
            *one.mood.tolist(),
            alike,
            slope,
            neighbours,
            float(one.weights @ traits),
            thing.of_group(x.get("group")),
            item_bias,
            user_bias,
            thing.lately,
        )
        trust = (math.log1p(one.count) / 5.0, math.log1p(thing.count) / 5.0, one.freshness(x))
        return base_rating, _trusted(np.array(said), np.array((1.0, *trust))), traits


@compiled
def _trusted(said: Floats, trust: Floats) -> Floats:
    """Return float64[4 k]: what each of k models said, times each kind of trust in it."""
    features = np.empty(len(trust) * len(said))
    for row in range(len(trust)):
        for column in range(len(said)):
            features[row * len(said) + column] = trust[row] * said[column]
    return features


@lru_cache(maxsize=4096)
def _trait_row(numbers: tuple[int, ...], traits: int) -> Floats:
    """Return float64[traits + 1], of length √2, the last one is always there."""
    found = np.zeros(traits + 1)
    found[list(numbers)] = len(numbers) ** -0.5 if numbers else 0.0
    found[-1] = 1.0
    return found


@compiled
def _follow(mood: Floats, left: float) -> None:
    """Let each average go towards the newest residual at its own pace."""
    for pace in range(len(mood)):
        mood[pace] += _RATES[pace] * (left - mood[pace])


class _User:
    """What is known of a user."""

    def __init__(self, number: int, traits: int) -> None:
        self.number, self.total, self.count = number, 0.0, 0
        self.mood = np.zeros(len(_RATES))
        self.covariance = np.eye(traits + 1) / _GENRE_RIDGE
        self.weights = np.zeros(traits + 1)
        self.last_s: int | None = None

    def bias(self) -> float:
        return self.total / (self.count + _SHRINK)

    def freshness(self, x: dict[str, Any]) -> float:
        at_s = x.get("at_s")
        gap = _UNKNOWN_GAP
        if at_s is not None and self.last_s is not None:
            gap = math.log1p(max(at_s - self.last_s, 0))
        return math.exp(-gap / _GAP_SCALE)

    def learn(self, left: float, traits: Floats, above: float, at_s: int | None) -> None:
        least_squares_step(self.covariance, self.weights, traits, left)
        _follow(self.mood, left)
        self.total, self.count, self.last_s = self.total + above, self.count + 1, at_s


class _Item:
    """What is known of an item."""

    def __init__(self, number: int) -> None:
        self.number, self.total, self.count, self.lately = number, 0.0, 0, 0.0
        self._groups: dict[Hashable, tuple[float, int]] = {}

    def bias(self) -> float:
        return self.total / (self.count + _SHRINK)

    def of_group(self, group: Hashable) -> float:
        total, count = self._groups.get(group, (0.0, 0))
        return total / (count + _SHRINK)

    def learn(self, left: float, group: Hashable, above: float) -> None:
        total, count = self._groups.get(group, (0.0, 0))
        self._groups[group] = total + left, count + 1
        self.lately += _FILM_RATE * (left - self.lately)
        self.total, self.count = self.total + above, self.count + 1
