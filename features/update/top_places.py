"""A few places a user for the keys with the most weight, kept by columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.hashing import FloatArray, IntArray, U64Array
from features.update.batch import group_starts

__all__ = ["TiePairs", "TiePlaces"]


@dataclass(frozen=True, eq=False)
class TiePairs:
    """What a batch adds to each (user, key): unique pairs, sorted by user.

    `user` int64[pairs], `key` uint64[pairs], `weight` float64[pairs] > 0, `latest` int64[pairs]
    (maximum of what came with the events), `first` int64[pairs] (the first event's place).
    """

    user: IntArray
    key: U64Array
    weight: FloatArray
    latest: IntArray
    first: IntArray

    @classmethod
    def of(cls, user: IntArray, key: U64Array, weight: FloatArray, latest: IntArray) -> TiePairs:
        """Sum events (sorted by `user`) into pairs; those without key or weight are left out."""
        kept = np.flatnonzero((key != 0) & (weight > 0.0))
        order = kept[np.lexsort((key[kept], user[kept]))]
        users, keys = user[order], key[order]
        starts = group_starts(users, keys)
        if not len(starts):
            return cls(users, keys, weight[order], latest[order], order)
        return cls(
            user=users[starts],
            key=keys[starts],
            weight=np.add.reduceat(weight[order], starts),
            latest=np.maximum.reduceat(latest[order], starts),
            first=order[starts],  # `lexsort` is stable
        )

    def rounds(self, chosen: npt.NDArray[np.bool_]) -> Iterator[IntArray]:
        """Yield the chosen pairs so that each round has at most one of each user, as they came."""
        left = np.flatnonzero(chosen)
        left = left[np.argsort(self.first[left])]  # events are sorted by user, so this is too
        starts = group_starts(self.user[left])
        rank = np.arange(len(left)) - np.repeat(starts, np.diff(starts, append=len(left)))
        order = np.argsort(rank, kind="stable")
        yield from np.split(left[order], group_starts(rank[order])[1:]) if len(left) else ()


class TiePlaces:
    """The places of the users' rows: `keys` uint64[users, k] (0 = free), `weights` float32.

    Both are changed in place; views of a structured array will do.
    """

    def __init__(self, keys: npt.NDArray[Any], weights: npt.NDArray[Any]) -> None:
        self._keys = keys
        self._weights = weights

    def find(self, pairs: TiePairs) -> IntArray:
        """Return the place of each pair's key in its user's row, -1 where it has none."""
        same = self._keys[pairs.user] == pairs.key[:, None]
        return np.where(same.any(axis=1), same.argmax(axis=1), -1)

    def add(self, pairs: TiePairs, chosen: IntArray, place: IntArray) -> None:
        """Add the weights of `chosen` pairs to the places that their keys hold."""
        self._weights[pairs.user[chosen], place] += pairs.weight[chosen].astype(np.float32)

    def enter(self, pairs: TiePairs, chosen: IntArray) -> tuple[IntArray, IntArray]:
        """Let new keys in, at most one a user; return the pairs that got in and their places.

        A key takes the place of the weakest (a free one weighs nothing) when it weighs as much,
        else it wears the weakest down by its own weight, so that a steady newcomer gets in: the
        rule of Misra and Gries (1982), on the weakest alone.
        """
        user = pairs.user[chosen]
        weights = self._weights[user]
        place = weights.argmin(axis=1)
        weight = pairs.weight[chosen].astype(np.float32)
        weakest = weights[np.arange(len(user)), place]
        wins = weight >= weakest
        self._weights[user, place] = np.where(wins, weight, weakest - weight)
        entered, place = chosen[wins], place[wins]
        self._keys[pairs.user[entered], place] = pairs.key[entered]
        return entered, place
