"""Uniform numbers that depend on what they are drawn for alone: common to all policies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.simulation.world.events import Floats, Ints

__all__ = ["draws", "generator"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def generator(*key: int) -> np.random.Generator:
    """Return a generator of its own for a key of non-negative numbers."""
    return np.random.default_rng(list(key))


def draws(seed: int, salt: int, *about: Ints) -> Floats:
    """Return float64[n] in [0, 1), a hash (splitmix64) of seed, salt and the rows of `about`.

    >>> one = np.array([1, 2]), np.array([7, 7])
    >>> bool((draws(3, 1, *one) == draws(3, 1, *one)).all())
    True
    """
    mixed = np.full(len(about[0]), seed * 1_000_003 + salt, np.uint64)
    for column in about:
        mixed = _splitmix(mixed ^ column.astype(np.uint64))
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def _splitmix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = x + _GOLDEN
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))
