"""`max_invites` of a stream, split over the user partitions so that it is never exceeded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.hashing import U64Array
from online_models.arrays import Bools, Floats

__all__ = ["WHOLE", "Partition", "best"]


@dataclass(frozen=True, slots=True)
class Partition:
    """One of `count` user partitions.

    >>> [Partition(number, 8).share(11, announcement=6) for number in range(8)]
    [1, 1, 2, 2, 2, 1, 1, 1]
    """

    number: int
    count: int

    def share(self, max_invites: int, announcement: int) -> int:
        """Return this partition's part of a quota; all parts add up to it.

        What does not divide goes to partitions from a hash on, so that no partition always gains.
        """
        whole, rest = divmod(max(max_invites, 0), self.count)
        return whole + ((self.number + announcement) % self.count < rest)


WHOLE = Partition(0, 1)
"""The partition of all users."""


def best(value: Floats, user_h: U64Array, among: Bools, most: int) -> Bools:
    """Return bool[n]: the `most` rows of highest value among those named, ties by user hash."""
    chosen = np.zeros(len(value), np.bool_)
    rows = np.flatnonzero(among)
    order = np.lexsort((user_h[rows], -value[rows]))
    chosen[rows[order[: max(most, 0)]]] = True
    return chosen
