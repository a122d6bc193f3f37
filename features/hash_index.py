"""An open-addressing map from 64-bit hashes to places in arrays, all of whose verbs take arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined, read_only
from features.growing import untouched
from features.hashing import IntArray, U64Array
from features.mixing import home

__all__ = ["HashIndex"]

_Places = npt.NDArray[np.int32]
_FULLEST = 0.8
_ROOM = 1.3
_LEAST_CAPACITY = 64


class HashIndex:
    """Map uint64 hashes (well mixed, never 0) to places (0 to 2^31 - 1), at 15 to 20 bytes each.

    Linear probing, at most 80 % full; removal moves the entries behind it up, so that nothing
    is left of it (Knuth, TAOCP vol. 3, section 6.4, algorithm R).

    >>> index = HashIndex()
    >>> index.put(np.array([7, 9], np.uint64), np.array([70, 90]))
    >>> index.get(np.array([9, 8, 7], np.uint64)).tolist()
    [90, -1, 70]
    """

    def __init__(self, capacity: int = _LEAST_CAPACITY) -> None:
        self._allocate(capacity)

    def __len__(self) -> int:
        return self._used

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self._keys.nbytes + self._values.nbytes

    def get(self, keys: U64Array) -> IntArray:
        """Return the place of each key, -1 where there is none, int64[n]."""
        found = np.empty(len(keys), np.int64)
        _get(self._keys, self._values, read_only(keys), found)
        return found

    def put(self, keys: U64Array, places: IntArray) -> None:
        """Set the place of each key; of a key that comes twice the last one stays."""
        self.reserve(len(keys))
        self._used += _put(self._keys, self._values, keys, places)

    def get_or_put(self, keys: U64Array, spare: IntArray) -> tuple[IntArray, IntArray]:
        """Return the place of each key, int64[n], and which keys were unknown, int64[k].

        The unknown ones, each once, take the first k of the `spare` places (n at least).
        """
        self.reserve(len(keys))
        found, unknown = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
        new = _get_or_put(self._keys, self._values, keys, spare, found, unknown)
        self._used += new
        return found, unknown[:new]

    def remove(self, keys: U64Array) -> None:
        """Forget the keys; one that is not there is no error."""
        self._used -= _remove(self._keys, self._values, keys)
        if self._used < len(self._keys) // 8:
            self._rebuild(self._used)

    def reserve(self, more: int) -> None:
        """Make room for so many new keys."""
        if self._used + more > _FULLEST * len(self._keys):
            self._rebuild(self._used + more)

    def _allocate(self, capacity: int) -> None:
        self._keys: U64Array = untouched(capacity, np.uint64, scattered=True)
        self._values: _Places = untouched(capacity, np.int32, scattered=True)
        self._used = 0

    def _rebuild(self, entries: int) -> None:
        live = np.flatnonzero(self._keys)
        keys, values = self._keys[live], self._values[live]
        self._allocate(max(_LEAST_CAPACITY, int(entries * _ROOM / _FULLEST)))
        self._used = _put(self._keys, self._values, keys, values)


@inlined
def _place_of(table: U64Array, key: np.uint64) -> int:
    """Return where the key is, or the empty place where it would be put."""
    place = home(key, len(table))
    while table[place] != key and table[place] != 0:
        place += 1
        if place == len(table):
            place = 0
    return place


@compiled
def _get(table: U64Array, values: _Places, keys: U64Array, found: IntArray) -> None:
    for number in range(len(keys)):
        key = keys[number]
        place = _place_of(table, key)
        found[number] = values[place] if table[place] == key else -1


@compiled
def _put(table: U64Array, values: _Places, keys: U64Array, places: IntArray | _Places) -> int:
    """Set the values, of which there is room for all; return how many keys are new."""
    new = 0
    for number in range(len(keys)):
        key = keys[number]
        place = _place_of(table, key)
        if table[place] == 0:
            table[place] = key
            new += 1
        values[place] = places[number]
    return new


@compiled
def _get_or_put(
    table: U64Array,
    values: _Places,
    keys: U64Array,
    spare: IntArray,
    found: IntArray,
    unknown: IntArray,
) -> int:
    """Fill `found`, and `unknown` as far as there are any; return how many, with room for all."""
    new = 0
    for number in range(len(keys)):
        key = keys[number]
        place = _place_of(table, key)
        if table[place] == 0:
            table[place], values[place] = key, spare[new]
            unknown[new] = number
            new += 1
        found[number] = values[place]
    return new


@compiled
def _remove(table: U64Array, values: _Places, keys: U64Array) -> int:
    """Take the keys out; return how many were there."""
    capacity, gone = len(table), 0
    for number in range(len(keys)):
        hole = _place_of(table, keys[number])
        if table[hole] == 0:
            continue
        gone += 1
        place = hole
        while True:
            place = (place + 1) % capacity
            if table[place] == 0:
                break
            # It may move up to the hole unless its home lies behind it.
            if (place - home(table[place], capacity)) % capacity >= (place - hole) % capacity:
                table[hole], values[hole] = table[place], values[place]
                hole = place
        table[hole] = 0
    return gone
