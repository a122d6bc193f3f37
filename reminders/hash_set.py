"""A set of 64-bit hashes that is asked and extended by whole arrays."""

from __future__ import annotations

import numpy as np

from features.hashing import U64Array
from online_models.arrays import Bools

__all__ = ["HashSet", "in_sorted"]


class HashSet:
    """User hashes in a few sorted arrays of geometric sizes (a log-structured merge).

    Adding costs O(log n) a hash over time; asking for k hashes costs O(k log² n).

    >>> seen = HashSet()
    >>> seen.add(np.array([5, 3], np.uint64))
    >>> seen.contains(np.array([3, 4], np.uint64)).tolist(), len(seen)
    ([True, False], 2)
    """

    def __init__(self) -> None:
        self._runs: list[U64Array] = []

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def add(self, hashes: U64Array) -> None:
        """Add hashes ``uint64[n]``, none of them in the set and none twice."""
        if not len(hashes):
            return
        self._runs.append(np.sort(hashes))
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate((self._runs[-1], last)), kind="stable")

    def contains(self, hashes: U64Array) -> Bools:
        """Return bool[n]: which of ``uint64[n]`` are in the set."""
        found = np.zeros(len(hashes), np.bool_)
        for run in self._runs:
            found |= in_sorted(run, hashes)
        return found

    def discard(self, user_h: int) -> bool:
        """Take one hash out; False when it was not in."""
        wanted = np.uint64(user_h)
        for number, run in enumerate(self._runs):
            at = int(np.searchsorted(run, wanted))
            if at < len(run) and run[at] == wanted:
                self._runs[number] = np.delete(run, at)
                return True
        return False

    def sorted(self) -> U64Array:
        """Return all hashes in ascending order."""
        return np.sort(np.concatenate([*self._runs, np.zeros(0, np.uint64)]))


def in_sorted(ordered: U64Array, wanted: U64Array) -> Bools:
    """Return bool[n]: which of `wanted` occur in the ascending array `ordered`."""
    if not len(ordered):
        return np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.asarray(ordered[at] == wanted)
