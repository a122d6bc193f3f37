"""SplitMix64 for kernels: the hash of a pair, as `combine` makes it, one number at a time."""

from __future__ import annotations

import numpy as np

from features.compiled import compiled

__all__ = ["home", "pair_hash"]

_START = np.uint64(0x6A09E667F3BCC909)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)


@compiled
def _mixed(state: np.uint64, key: np.uint64) -> np.uint64:
    mixed = (state ^ key) + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return np.uint64(mixed ^ (mixed >> np.uint64(31)))


@compiled
def pair_hash(first: np.uint64, second: np.uint64) -> np.uint64:
    """Return ``combine(first, second)``, 1 instead of 0.

    >>> from features.hashing import combine
    >>> bool(pair_hash(np.uint64(3), np.uint64(2**63)) == combine(3, 2**63)[0])
    True
    """
    mixed = _mixed(_mixed(_START, first), second)
    return np.uint64(1) if mixed == np.uint64(0) else mixed


@compiled
def home(key: np.uint64, capacity: int) -> int:
    """Return where a hash is looked for first in a table of fewer than 2^32 places.

    Its high half is scaled to the capacity, which need not be a power of two (Lemire, "Fast
    random integer generation in an interval", ACM TOMACS 2019).
    """
    return int(np.int64((np.uint64(key) >> _HALF) * np.uint64(capacity) >> _HALF))
