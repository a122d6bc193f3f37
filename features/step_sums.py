"""Weighted sums over numbers that a row keeps as small whole steps of a unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from features.hashing import FloatArray, IntArray

__all__ = ["products", "weighted_sums"]

_Steps = npt.NDArray[Any]
_Singles = npt.NDArray[np.float32]


def weighted_sums(
    steps: _Steps, unit: _Singles, weights: FloatArray, which: IntArray
) -> FloatArray:
    """Return float64[s, n]: the sum of each line of ``steps[n, k] * unit[n]``, weighted in s ways.

    `weights` is float64[c, s, k]; line i has the weights of case ``which[i]``. Sums are of single
    precision.

    >>> steps, unit = np.array([[1, 2], [3, 4]], np.uint8), np.array([1.0, 2.0], np.float32)
    >>> weights = np.array([[[1.0, 1.0]], [[0.0, 0.5]]])
    >>> weighted_sums(steps, unit, weights, np.array([0, 1])).tolist()
    [[3.0, 4.0]]
    """
    sums = _weighted(steps, weights.astype(np.float32), which)
    return sums.astype(np.float64) * unit


def products(steps: _Steps, unit: _Singles, factors: _Singles) -> tuple[FloatArray, FloatArray]:
    """Return float64[n] each: of every line of ``steps[n, k] * unit[n]`` the dot product with
    `factors` and with itself, of single precision.
    """
    product, square = _products(steps, factors).astype(np.float64)
    return product * unit, square * unit.astype(np.float64) ** 2


@compiled
def _weighted(steps: _Steps, weights: _Singles, which: IntArray) -> _Singles:
    values = np.empty(steps.shape[1], np.float32)
    sums = np.empty((weights.shape[1], len(steps)), np.float32)
    for row in range(len(steps)):
        for place in range(steps.shape[1]):
            values[place] = steps[row, place]
        for way in range(weights.shape[1]):
            sums[way, row] = _dot(values, weights[which[row], way])
    return sums


@compiled
def _products(steps: _Steps, factors: _Singles) -> _Singles:
    values = np.empty(steps.shape[1], np.float32)
    sums = np.empty((2, len(steps)), np.float32)
    for row in range(len(steps)):
        for place in range(steps.shape[1]):
            values[place] = steps[row, place]
        sums[0, row], sums[1, row] = _dot(values, factors), _dot(values, values)
    return sums


@inlined
def _dot(one: _Singles, other: _Singles) -> np.float32:
    """Return the dot product, added up in four lanes in an order that is always the same.

    A compiler with leave to reorder sums would give other last digits to other layouts and
    processors, and the same inputs would no longer give the same scores.
    """
    a = b = c = d = np.float32(0.0)
    whole = len(one) // 4 * 4
    for place in range(0, whole, 4):
        a += one[place] * other[place]
        b += one[place + 1] * other[place + 1]
        c += one[place + 2] * other[place + 2]
        d += one[place + 3] * other[place + 3]
    for place in range(whole, len(one)):
        a += one[place] * other[place]
    return (a + b) + (c + d)
