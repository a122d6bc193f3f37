"""Which items (in production: hosts) the same people engage with, and what they go to next.

For a user whose past items j have weights w_j and ranks r_j (1 = most recent; those of one moment
share their mean rank), an item i gets

    score(i) = Σ_j w_j r_j^-0.7 C_ij / ((n_j + 1)^0.3 (n_i + 1)^0.7)     similar to what they like
             + 1.5 Σ_{r_j ≤ 20} r_j^-1 T_ji / (n_j + 5)^0.7               what others went to next
             + 0.0003 p_i                                              what is popular now

where, each term decayed by its age, n_i = Σ |w|, C_ij = Σ w w' over people who took both, T_ji =
Σ w / r_j over those who took i within twenty items after j, and p_i = Σ w with a half-life of a
week. C with exponents 0.5 and no shrinkage is the cosine of item-based neighbours (Sarwar et al.,
*Item-based collaborative filtering recommendation algorithms*, WWW 2001), learned incrementally
(Miranda and Jorge, *Incremental collaborative filtering for binary ratings*, WI 2008); the uneven
exponents favour what few others take less than a cosine does (Aiolli, *Efficient top-N
recommendation for very large scale binary rated datasets*, RecSys 2013), and T is a first-order
Markov chain (Rendle et al., *Factorizing personalized Markov chains*, WWW 2010) with several
steps back. The constants were chosen on MovieLens-100K (`benchmarks/quality/people`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.hashing import U64Array
from online_models.arrays import Floats, Ints
from online_models.forward_decay import ForwardDecay
from online_models.item_pairs import AFTER, BEFORE, TOGETHER, ItemPairs
from online_models.item_places import ItemPlaces
from online_models.neighbourhood import Neighbourhood
from online_models.recency import ranks, recency

__all__ = ["CoEngagement"]

PAST_POWER = 0.3
SHRINKAGE = 1.0
TRANSITION_WEIGHT = 1.5
TRANSITION_POWER = 0.7
TRANSITION_SHRINKAGE = 5.0
POPULARITY_WEIGHT = 0.0003
POPULARITY_HALF_LIFE_DAYS = 7.0


class CoEngagement:
    """Co-engagement of items, learned one event at a time, in bounded memory.

    Items are known by 64-bit keys, never 0 (in production the `short_hash` of hosts). Each keeps
    at most `neighbours` others, at 16 bytes; when there are more than `max_items`, the least
    engaged tenth is forgotten. Sums decay with a half-life by forward decay, so that the order of
    arrival changes nothing but rounding, and what is forgotten where memory runs out.

    Examples
    --------
    >>> model = CoEngagement()
    >>> tea, cups, socks = 7, 8, 9
    >>> for now in range(5):  # who took tea takes cups; who took nothing takes socks
    ...     model.learn_one(tea, 1.0, now)
    ...     model.learn_one(cups, 1.0, now, past=[tea], past_weights=[1.0], past_when=[now - 1])
    ...     model.learn_one(socks, 1.0, now)
    >>> scores = model.scores([tea], [1.0], [4], now=5)
    >>> int(model.keys[scores.argmax()]) == cups
    True
    """

    def __init__(
        self,
        max_items: int = 16_384,
        neighbours: int = 64,
        half_life_days: float = 90.0,
        past_power: float = PAST_POWER,
        shrinkage: float = SHRINKAGE,
    ) -> None:
        self.max_items = max_items
        self.past_power = past_power
        self.shrinkage = shrinkage
        self._places = ItemPlaces(max_items)
        self._pairs = ItemPairs(max_items, neighbours)
        self._engaged = np.zeros(max_items)
        self._popular = np.zeros(max_items)
        self._long = ForwardDecay(half_life_days)
        self._short = ForwardDecay(POPULARITY_HALF_LIFE_DAYS)

    @property
    def keys(self) -> U64Array:
        """The known items' keys, uint64[m], in the order of `scores`."""
        return self._places.keys(self._places.live)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self._pairs, self._places, self._engaged, self._popular)
        return sum(array.nbytes for array in arrays)

    def learn_one(
        self,
        item: int,
        weight: float,
        ts: int,
        past: npt.ArrayLike = (),
        past_weights: npt.ArrayLike = (),
        past_when: npt.ArrayLike = (),
    ) -> None:
        """Learn one event, as `learn` does."""
        self.learn(
            np.array([item], np.uint64),
            np.array([weight], np.float64),
            np.array([ts], np.int64),
            np.asarray(past, np.uint64)[None],
            np.asarray(past_weights, np.float64)[None],
            np.asarray(past_when)[None],
        )

    def learn(
        self,
        items: U64Array,
        weights: Floats,
        ts: Ints,
        past: U64Array,
        past_weights: npt.NDArray[Any],
        past_when: npt.NDArray[Any],
    ) -> None:
        """Learn that users engaged with items, and what each of them had engaged with before.

        Parameters
        ----------
        items, weights, ts
            uint64[n], float64[n], int64[n]: the item's key, how strongly, when (epoch ms).
        past, past_weights, past_when
            uint64[n, k], numbers[n, k] twice: what that user had engaged with before (0 = none, a
            key at most once), how strongly, and when last, in any unit. Items that are not known
            and the item itself are skipped.
        """
        size = max(1, self.max_items // 10)
        for start in range(0, len(items), size):
            part = slice(start, start + size)
            places = self._count(items[part], weights[part], ts[part])
            strength = (weights[part] * self._long.growth(ts[part]))[:, None]
            before = self._places.of(past[part].ravel()).reshape(past[part].shape)
            _, step = recency(ranks(past[part], past_when[part]))
            self._pairs.add(places, before, strength * past_weights[part], strength * step)

    def scores(
        self,
        past: npt.ArrayLike,
        past_weights: npt.ArrayLike,
        past_when: npt.ArrayLike,
        now: int,
    ) -> Floats:
        """Return float64[m]: the score of each known item, as in `keys`, for one user.

        `past`, `past_weights`, `past_when`: [k], as in `learn`. What the user took already is
        scored like the rest. `now`: epoch ms.
        """
        keys = np.asarray(past, np.uint64)
        if not self._places.used:
            return np.zeros(0)
        places = self._places.of(keys)
        engaged = self._engaged[: self._places.used] * self._long.fade(now)
        (alike,), (step,) = recency(ranks(keys[None], np.asarray(past_when)[None]))
        alike *= np.asarray(past_weights) * self._of_past(engaged, places)
        step *= _of_transition(engaged, places)
        similar, next_ = np.zeros(self._places.used), np.zeros(self._places.used)
        _spread(self._pairs.near, self._pairs.bonds, places, alike, step, similar, next_)
        similar *= (engaged + self.shrinkage) ** (self.past_power - 1.0)
        popular = self._popular[: self._places.used] * (POPULARITY_WEIGHT * self._short.fade(now))
        scores: Floats = (similar + next_) * self._long.fade(now) + popular
        return scores[self._places.live]

    def links(self, item: int, others: npt.ArrayLike, now: int) -> tuple[Floats, Floats]:
        """Return what binds an item to others (keys, [k]) at `now`: float64[k] twice.

        The first is C_ij / ((n_j + 1)^0.3 (n_i + 1)^0.7), the second 1.5 T_ji / (n_j + 5)^0.7, with
        j the other one; 0 where either is unknown.
        """
        (place,) = self._places.of(np.array([item], np.uint64))
        near = self._places.of(np.asarray(others, np.uint64))
        if place < 0:
            return np.zeros(len(near)), np.zeros(len(near))
        return self._linked(place, near, self._pairs.between(place, near), now)

    def neighbourhood(self, item: int, now: int) -> Neighbourhood:
        """Return what binds an item to others at `now` (epoch ms), to score many users by.

        Scores from it equal those of `scores`. Those of an unknown item are 0.
        """
        (place,) = self._places.of(np.array([item], np.uint64))
        if place < 0:
            return Neighbourhood(item, np.zeros(0, np.uint64), np.zeros(0), np.zeros(0), 0.0)
        slots = np.flatnonzero(self._pairs.near[place] >= 0)
        near = self._pairs.near[place, slots].astype(np.int64)
        bonds = self._pairs.bonds[place, slots].astype(np.float64)
        popular = POPULARITY_WEIGHT * self._short.fade(now) * float(self._popular[place])
        return Neighbourhood(
            item, self._places.keys(near), *self._linked(place, near, bonds, now), popular
        )

    def _linked(self, item: int, near: Ints, bonds: Floats, now: int) -> tuple[Floats, Floats]:
        fade = self._long.fade(now)
        engaged = self._engaged[: self._places.used] * fade
        own = (engaged[item] + self.shrinkage) ** (self.past_power - 1.0)
        together = bonds[:, TOGETHER] * (fade * own) * self._of_past(engaged, near)
        return together, bonds[:, BEFORE] * fade * _of_transition(engaged, near)

    def _of_past(self, engaged: Floats, places: Ints) -> Floats:
        return np.asarray((engaged[places] + self.shrinkage) ** -self.past_power)

    def _count(self, items: U64Array, weights: Floats, ts: Ints) -> Ints:
        """Add the events to the sums of single items; return the items' places."""
        self._grow(int(ts.max()))
        places, forgotten = self._places.take(items, self._engaged)
        self._forget(forgotten)
        np.add.at(self._engaged, places, np.abs(weights) * self._long.growth(ts))
        np.add.at(self._popular, places, weights * self._short.growth(ts))
        return places

    def _forget(self, places: Ints) -> None:
        self._engaged[places] = self._popular[places] = 0.0
        if len(places):
            self._pairs.drop(places)

    def _grow(self, newest: int) -> None:
        """Bring the sums down to a later origin when their growing weights become huge."""
        factor = self._long.moved(newest)
        if factor != 1.0:
            self._engaged *= factor
            self._pairs.scale(factor)
        self._popular *= self._short.moved(newest)


def _of_transition(engaged: Floats, places: Ints) -> Floats:
    shrunk = engaged[places] + TRANSITION_SHRINKAGE
    return np.asarray(TRANSITION_WEIGHT * shrunk**-TRANSITION_POWER)


@compiled
def _spread(
    near: npt.NDArray[np.int32],
    bonds: npt.NDArray[np.float32],
    past: Ints,
    alike: Floats,
    step: Floats,
    similar: Floats,
    next_: Floats,
) -> None:
    """Add to every neighbour of each past item what binds them, times the item's weights."""
    for number in range(len(past)):
        item = past[number]
        if item < 0:
            continue
        for slot in range(near.shape[1]):
            other = near[item, slot]
            if other >= 0:
                similar[other] += alike[number] * bonds[item, slot, TOGETHER]
                next_[other] += step[number] * bonds[item, slot, AFTER]
