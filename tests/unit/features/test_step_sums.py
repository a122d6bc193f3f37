"""Sums over small whole steps: the fast ways say what the plain one does."""

from __future__ import annotations

import numpy as np

from features.step_sums import Cells, products, sparse_sums, sums, weighted_sums

RNG = np.random.default_rng(7)
STEPS = RNG.integers(0, 256, (50, 96), dtype=np.uint8)
UNIT = RNG.random(50).astype(np.float32)
WHICH = RNG.integers(0, 3, 50)


def test_a_few_cells_are_the_same_as_mostly_zeros() -> None:
    """Whichever case a line is of, one without any cell too."""
    cases = [
        Cells(np.array([3, 90]), np.array([0.5, 2.0])),
        Cells(np.zeros(0, np.int64), np.zeros(0)),
        Cells(np.array([0, 1, 95]), np.array([1.0, 1.0, 0.25])),
    ]
    weights = np.zeros((3, 1, 96))
    for case, own in zip(cases, weights, strict=True):
        own[0, case.places] = case.weights
    (plain,) = weighted_sums(STEPS, UNIT, weights, WHICH)
    np.testing.assert_allclose(sparse_sums(STEPS, UNIT, cases, WHICH), plain, rtol=1e-6)


def test_whole_lines() -> None:
    """All of a line, and the product with itself, are exact but for the unit."""
    whole = STEPS.astype(np.int64)
    np.testing.assert_array_equal(sums(STEPS, UNIT), whole.sum(axis=1) * UNIT.astype(np.float64))
    _, square = products(STEPS, UNIT, np.zeros(96, np.float32))
    np.testing.assert_allclose(square, (whole**2).sum(axis=1) * UNIT.astype(np.float64) ** 2)


def test_nobody_is_no_error() -> None:
    """No lines have no sums, whatever cases there are."""
    none = np.zeros((0, 96), np.uint8), np.zeros(0, np.float32)
    assert sparse_sums(*none, [], np.zeros(0, np.int64)).tolist() == sums(*none).tolist() == []
