"""The table behind `Dedup`: hashes of ids, each with a time and the number of its block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.growing import untouched
from features.hashing import IntArray, U64Array
from features.mixing import home, pair_hash

__all__ = ["NUMBERS", "SeenIds", "entry_keys"]

_Bools = npt.NDArray[np.bool_]
_BITS = 20
NUMBERS = 1 << _BITS
"""Blocks are told apart modulo this."""
_FAR_MS = 1 << 43
_FULLEST = 0.8
_ROOM = 1.3
_LEAST_CAPACITY = 1024


class SeenIds:
    """Entries (key, ts, block), 16 bytes in an open table: 20 to 26 bytes an id.

    One key may have several, in its run of probes. The entries of a block that was dropped stay
    until the table is rebuilt, and count no more. Times beyond 278 years from 1970 are taken as
    that.
    """

    def __init__(self) -> None:
        self._alive: _Bools = untouched(NUMBERS, np.bool_)
        self._stale: set[int] = set()
        self._allocate(_LEAST_CAPACITY)

    @property
    def nbytes(self) -> int:
        """Memory of the table."""
        return self._table.nbytes

    def add(self, keys: U64Array, ts: IntArray, number: int, window_ms: int) -> _Bools:
        """Add to a block the entries that have none of their key within the window; bool[n]."""
        self._begin(number)
        self._reserve(len(keys))
        fresh = np.zeros(len(keys), np.bool_)
        self._used += _add(self._table, self._alive, keys, ts, number % NUMBERS, window_ms, fresh)
        return fresh

    def renumber(self, keys: U64Array, ts: IntArray, before: int, after: int) -> None:
        """Give all entries of a block to another one."""
        self._begin(after)
        _renumber(self._table, keys, ts, before % NUMBERS, after % NUMBERS)

    def drop(self, number: int) -> None:
        """Let the entries of a block count no more."""
        self._alive[number % NUMBERS] = False
        self._stale.add(number % NUMBERS)

    def _begin(self, number: int) -> None:
        if number % NUMBERS in self._stale:
            self._rebuild(0)
        self._alive[number % NUMBERS] = True

    def _allocate(self, capacity: int) -> None:
        self._table: U64Array = untouched(2 * capacity, np.uint64, scattered=True).reshape(
            capacity, 2
        )
        self._used = 0

    def _reserve(self, more: int) -> None:
        if self._used + more > _FULLEST * len(self._table):
            self._rebuild(more)

    def _rebuild(self, more: int) -> None:
        old, live = self._table, _count(self._table, self._alive)
        self._allocate(max(_LEAST_CAPACITY, int((live + more) * _ROOM / _FULLEST)))
        self._used = _copy(old, self._alive, self._table)
        self._stale.clear()


def entry_keys(user_h: U64Array, event_h: U64Array) -> U64Array:
    """Return ``combine(user_h, event_h)``, never 0, uint64[n]."""
    keys = np.empty(len(user_h), np.uint64)
    _entry_keys(user_h, event_h, keys)
    return keys


@compiled
def _entry_keys(user_h: U64Array, event_h: U64Array, keys: U64Array) -> None:
    for entry in range(len(keys)):
        keys[entry] = pair_hash(user_h[entry], event_h[entry])


@compiled
def _add(
    table: U64Array,
    alive: _Bools,
    keys: U64Array,
    ts: IntArray,
    number: int,
    window_ms: int,
    fresh: _Bools,
) -> int:
    """Add what is fresh; return how many free places that took."""
    capacity, used = len(table), 0
    for entry in range(len(keys)):
        key, at = keys[entry], min(max(ts[entry], -_FAR_MS), _FAR_MS - 1)
        place, reused, repeat = home(key, capacity), -1, False
        while table[place, 0] != 0:
            packed = np.int64(table[place, 1])
            if not alive[packed & (NUMBERS - 1)]:
                if reused < 0:
                    reused = place
            elif table[place, 0] == key and abs(at - (packed >> _BITS)) <= window_ms:
                repeat = True
                break
            place += 1
            if place == capacity:
                place = 0
        if repeat:
            continue
        fresh[entry] = True
        if reused >= 0:
            place = reused
        else:
            used += 1
        table[place, 0] = key
        table[place, 1] = np.uint64((at << _BITS) | number)
    return used


@compiled
def _renumber(table: U64Array, keys: U64Array, ts: IntArray, before: int, after: int) -> None:
    capacity = len(table)
    for entry in range(len(keys)):
        at = min(max(ts[entry], -_FAR_MS), _FAR_MS - 1)
        wanted = np.uint64((at << _BITS) | before)
        place = home(keys[entry], capacity)
        while table[place, 0] != 0:
            if table[place, 0] == keys[entry] and table[place, 1] == wanted:
                table[place, 1] = np.uint64((at << _BITS) | after)
                break
            place += 1
            if place == capacity:
                place = 0


@compiled
def _count(table: U64Array, alive: _Bools) -> int:
    """Return how many entries are of blocks that count."""
    count = 0
    for place in range(len(table)):
        if table[place, 0] != 0 and alive[np.int64(table[place, 1]) & (NUMBERS - 1)]:
            count += 1
    return count


@compiled
def _copy(table: U64Array, alive: _Bools, other: U64Array) -> int:
    """Copy the entries that count into an empty table; return their number."""
    capacity, used = len(other), 0
    for source in range(len(table)):
        if table[source, 0] == 0 or not alive[np.int64(table[source, 1]) & (NUMBERS - 1)]:
            continue
        place = home(table[source, 0], capacity)
        while other[place, 0] != 0:
            place += 1
            if place == capacity:
                place = 0
        other[place, 0], other[place, 1] = table[source, 0], table[source, 1]
        used += 1
    return used
