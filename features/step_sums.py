"""Weighted sums over numbers that a row keeps as small whole steps of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined
from features.hashing import FloatArray, IntArray

__all__ = ["Cells", "products", "sparse_sums", "sums", "weighted_sums"]

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


class Cells(NamedTuple):
    """Some places of a line, int64[m], and what each of them weighs, float64[m]."""

    places: IntArray
    weights: FloatArray


def sums(steps: _Steps, unit: _Singles) -> FloatArray:
    """Return float64[n]: the sum of each line of ``steps[n, k] * unit[n]``."""
    return _summed(steps) * unit


def sparse_sums(
    steps: _Steps, unit: _Singles, cases: Sequence[Cells], which: IntArray
) -> FloatArray:
    """Return float64[n]: like `weighted_sums`, where all but a few places weigh nothing.

    >>> steps, unit = np.array([[1, 2], [3, 4]], np.uint8), np.array([1.0, 2.0], np.float32)
    >>> cases = [Cells(np.array([1]), np.array([0.5])), Cells(np.array([0]), np.array([1.0]))]
    >>> sparse_sums(steps, unit, cases, np.array([0, 1])).tolist()
    [1.0, 6.0]
    """
    places = np.concatenate([np.empty(0, np.int64), *(case.places for case in cases)])
    weights = np.concatenate([np.empty(0), *(case.weights for case in cases)])
    ends = np.cumsum([len(case.places) for case in cases], dtype=np.int64)
    return _sparse(steps, places, weights, ends, which) * unit


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
def _summed(steps: _Steps) -> FloatArray:
    found = np.empty(len(steps))
    for row in range(len(steps)):
        total = 0
        for place in range(steps.shape[1]):
            total += int(steps[row, place])
        found[row] = total
    return found


@compiled
def _sparse(
    steps: _Steps, places: IntArray, weights: FloatArray, ends: IntArray, which: IntArray
) -> FloatArray:
    found = np.zeros(len(steps))
    for row in range(len(steps)):
        case = which[row]
        for at in range(ends[case - 1] if case else 0, ends[case]):
            found[row] += steps[row, places[at]] * weights[at]
    return found


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
