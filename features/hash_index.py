"""An open-addressing map from 64-bit hashes to 64-bit integers, all of whose verbs take arrays."""

from __future__ import annotations

import numpy as np

from features.hashing import IntArray, U64Array

__all__ = ["HashIndex"]


class HashIndex:
    """Map uint64 hashes (well mixed, never 0) to int64 values, at 27 to 53 bytes an entry.

    Triangular probing over a power of two at most 60 % full (Knuth, TAOCP vol. 3, section 6.4).
    `missing` is the value of a key that is not there, and so cannot be stored.

    >>> index = HashIndex()
    >>> index.put(np.array([7, 9], np.uint64), np.array([70, 90]))
    >>> index.get(np.array([9, 8, 7], np.uint64)).tolist()
    [90, -1, 70]
    """

    def __init__(self, missing: int = -1, capacity: int = 1024) -> None:
        self._missing = missing
        self._allocate(capacity)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._values != self._missing))

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self._keys.nbytes + self._values.nbytes

    def get(self, keys: U64Array) -> IntArray:
        """Return the value of each key, `missing` where there is none, int64[n]."""
        values: IntArray = self._values[self._locate(keys)]
        return values

    def put(self, keys: U64Array, values: IntArray) -> None:
        """Set the value of each key; of a key that comes twice the last value stays."""
        if not len(keys):
            return
        places = self._locate(keys)
        unknown = int(np.count_nonzero(self._keys[places] == 0))
        if 5 * (self._used + unknown) > 3 * len(self._keys):
            self._rebuild(unknown)
            places = self._locate(keys)
        open_ = np.flatnonzero(self._keys[places] == 0)
        while len(open_):
            claimed = places[open_]
            self._keys[claimed] = keys[open_]
            self._values[claimed] = open_
            self._used += int(np.count_nonzero(self._values[claimed] == open_))
            open_ = open_[self._keys[claimed] != keys[open_]]
            places[open_] = self._locate(keys[open_])
            open_ = open_[self._keys[places[open_]] == 0]
        self._values[places] = values

    def remove(self, keys: U64Array) -> None:
        """Forget the keys; one that is not there is no error."""
        self._values[self._locate(keys)] = self._missing

    def _allocate(self, capacity: int) -> None:
        self._keys = np.zeros(capacity, dtype=np.uint64)
        self._values = np.full(capacity, self._missing, dtype=np.int64)
        self._used = 0

    def _rebuild(self, more: int) -> None:
        live = np.flatnonzero(self._values != self._missing)
        keys, values = self._keys[live], self._values[live]
        needed = 2 * (len(live) + more)
        self._allocate(max(1024, 1 << (needed - 1).bit_length()))
        self.put(keys, values)

    def _locate(self, keys: U64Array) -> IntArray:
        """Return where each key is, or the free place where its probes end, int64[n]."""
        mask = len(self._keys) - 1
        places = (keys & np.uint64(mask)).view(np.int64)
        found = self._keys[places]
        pending = np.flatnonzero((found != keys) & (found != 0))
        step = 0
        while len(pending):
            step += 1
            tried = (places[pending] + step) & mask
            places[pending] = tried
            found = self._keys[tried]
            pending = pending[(found != keys[pending]) & (found != 0)]
        return places
