"""Weighted sums over numbers that a row keeps as small whole steps of a unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled_sums
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


@compiled_sums
def _weighted(steps: _Steps, weights: _Singles, which: IntArray) -> _Singles:
    values = np.empty(steps.shape[1], np.float32)
    sums = np.empty((weights.shape[1], len(steps)), np.float32)
    for row in range(len(steps)):
        for place in range(steps.shape[1]):
            values[place] = steps[row, place]
        for way in range(weights.shape[1]):
            own, total = weights[which[row], way], np.float32(0.0)
            for place in range(steps.shape[1]):
                total += values[place] * own[place]
            sums[way, row] = total
    return sums


@compiled_sums
def _products(steps: _Steps, factors: _Singles) -> _Singles:
    sums = np.empty((2, len(steps)), np.float32)
    for row in range(len(steps)):
        product, square = np.float32(0.0), np.float32(0.0)
        for place in range(steps.shape[1]):
            value = np.float32(steps[row, place])
            product += value * factors[place]
            square += value * value
        sums[0, row], sums[1, row] = product, square
    return sums
