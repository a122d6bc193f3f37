"""The map of arrays to arrays."""

from __future__ import annotations

import numpy as np

from features.hash_index import HashIndex


def test_keys_that_collide_are_kept_apart() -> None:
    """Keys with the same high bits share a first place and still find their own value."""
    keys = np.arange(1, 400, dtype=np.uint64)
    index = HashIndex()
    index.put(keys, np.arange(399))
    assert index.get(keys).tolist() == list(range(399))
    assert len(index) == 399


def test_a_key_that_comes_twice_takes_the_last_value() -> None:
    """Also when it is new, and next to others."""
    index = HashIndex()
    index.put(np.array([5, 6, 5], np.uint64), np.array([1, 2, 3]))
    assert index.get(np.array([5, 6], np.uint64)).tolist() == [3, 2]
    assert len(index) == 2


def test_coming_and_going_does_not_grow_it() -> None:
    """Places of removed keys are used again: memory follows what is there."""
    index = HashIndex()
    for start in range(1, 200_000, 1000):
        keys = np.arange(start, start + 1000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        index.put(keys, np.arange(1000))
        index.remove(keys)
    assert len(index) == 0
    assert index.nbytes <= 16 * 8192


def test_unknown_keys_take_spare_places() -> None:
    """Each once, in order; those that are known keep theirs, and what is left is not taken."""
    index = HashIndex()
    index.put(np.array([5], np.uint64), np.array([50]))
    keys = np.array([7, 5, 7, 9], np.uint64)
    places, unknown = index.get_or_put(keys, np.array([1, 2, 3, 4]))
    assert places.tolist() == [1, 50, 1, 2]
    assert unknown.tolist() == [0, 3]
    assert (len(index), index.get(keys).tolist()) == (3, [1, 50, 1, 2])


def test_nothing_is_there_at_first() -> None:
    """Empty arrays and unknown keys are fine with every verb."""
    index = HashIndex()
    none = np.empty(0, np.uint64)
    index.put(none, np.empty(0, np.int64))
    index.remove(np.array([3], np.uint64))
    assert index.get(none).tolist() == []
    assert index.get(np.array([3], np.uint64)).tolist() == [-1]


def test_removal_leaves_no_hole_in_a_run() -> None:
    """What stands behind a removed key is still found, across the end of the table too."""
    index = HashIndex(capacity=64)
    low = np.arange(1, 20, dtype=np.uint64)
    keys = np.concatenate([low, ~low])
    index.put(keys, np.arange(38))
    index.remove(keys[::3])
    expected = [-1 if place % 3 == 0 else place for place in range(38)]
    assert index.get(keys).tolist() == expected
