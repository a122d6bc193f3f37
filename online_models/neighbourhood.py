"""One item and what binds it to others: scores for many users at once, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from features.hashing import U64Array
from online_models.arrays import Floats, Ints
from online_models.recency import alike_weight, rank_of, step_weight

__all__ = ["Neighbourhood"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """What binds `item` to its neighbours, as `CoEngagement.neighbourhood` returns it.

    A user whose past holds neighbour j with weight w as their r-th most recent item (from 1) gets
    `together[j] w r^-0.7 + after[j] / r` (the latter for r <= 20) from it, and `popular` at any
    rate.

    Attributes
    ----------
    item
        Its key.
    keys, together, after
        uint64[m], float64[m], float64[m]: the neighbours and both strengths.
    popular
        What everybody's score has from popularity.
    """

    item: int
    keys: U64Array
    together: Floats
    after: Floats
    popular: float

    def scores(
        self, past: npt.NDArray[Any], weights: npt.NDArray[Any], when: npt.NDArray[Any]
    ) -> Floats:
        """Return the score of each user, float64[n].

        Parameters
        ----------
        past, weights, when
            [n, k] each, of any number types: keys of what the user engaged with (0 = none, a key
            at most once a user), how strongly, and when last, in any unit; what is of the same
            moment shares its mean rank.
        """
        return self._told(past, weights, when)[0]

    def causes(
        self, past: npt.NDArray[Any], weights: npt.NDArray[Any], when: npt.NDArray[Any]
    ) -> tuple[Ints, Floats]:
        """Return which past item speaks most for this one, and how much of the score is its own.

        int64[n], the place in the user's past ("because you watch …"), -1 where none speaks for
        it; float64[n]: by how much the score falls when that item is taken out and the others
        keep their ranks.
        """
        _, place, part = self._told(past, weights, when)
        return place, part

    def _told(
        self, past: npt.NDArray[Any], weights: npt.NDArray[Any], when: npt.NDArray[Any]
    ) -> tuple[Floats, Ints, Floats]:
        table = np.zeros(2 << int(2 * len(self.keys)).bit_length(), np.uint64)
        place = np.zeros(len(table), np.int64)
        score, cause = np.full(len(past), self.popular), np.full(len(past), -1, np.int64)
        part = np.zeros(len(past))
        if len(self.keys):
            _fill(table, place, self.keys)
            bonds = self.together, self.after
            _tell(table, place, bonds, past, weights, when, (score, cause, part))
        return score, cause, part


@inlined
def _seat(table: U64Array, key: np.uint64) -> int:
    """Return where the key is in a table of a power of two of seats, or where it would be put."""
    seat = np.int64((key * _GOLDEN) >> np.uint64(40)) & (len(table) - 1)
    while table[seat] != key and table[seat] != 0:
        seat = (seat + 1) & (len(table) - 1)
    return int(seat)


@compiled
def _fill(table: U64Array, place: Ints, keys: U64Array) -> None:
    for number in range(len(keys)):
        seat = _seat(table, keys[number])
        table[seat], place[seat] = keys[number], number


@compiled
def _tell(
    table: U64Array,
    place: Ints,
    bonds: tuple[Floats, Floats],
    past: npt.NDArray[Any],
    weights: npt.NDArray[Any],
    when: npt.NDArray[Any],
    told: tuple[Floats, Ints, Floats],
) -> None:
    """Add each user's past to their score; keep the item that adds most, and what it adds."""
    together, after = bonds
    score, cause, part = told
    for user in range(len(past)):
        for entry in range(past.shape[1]):
            key = np.uint64(past[user, entry])
            if key == 0:
                continue
            seat = _seat(table, key)
            if table[seat] == 0:
                continue
            rank = rank_of(past, when, user, entry)
            adds = together[place[seat]] * weights[user, entry] * alike_weight(rank)
            adds += after[place[seat]] * step_weight(rank)
            score[user] += adds
            if adds > part[user]:
                cause[user], part[user] = entry, adds
