"""Neighbours by what is left of ratings: how a row's cell follows from its other cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from online_models.arrays import Floats, Ints

__all__ = ["ResidualNeighbours"]

_SHRINK_ALIKE = 0.05
_SHRINK_SLOPE = 10.0
_SHRINK_COUNT = 5.0
_Pairs = npt.NDArray[np.float32]


class ResidualNeighbours:
    """Item-kNN on residuals (rows: people, columns: films), or user-kNN with the two swapped.

    Of two columns it keeps the sums, over rows that have both, of the product and of the squares
    of their residuals, and how many rows those are. References: Koren (2010), "Factor in the
    neighbors: scalable and accurate collaborative filtering", ACM TKDD 4, sections 3 and 4, whose
    batch learning of such weights becomes running sums here.

    Columns are numbered from 0; memory is 12 bytes for each pair of columns.
    """

    def __init__(self) -> None:
        self._pairs: _Pairs = np.zeros((64, 64, 3), np.float32)
        self._energy = np.zeros(64)
        self._cells: dict[int, tuple[Ints, Floats, int]] = {}

    def predict(self, row: int, column: int) -> tuple[float, float]:
        """Return the residual expected in a cell, in two ways: by cosine, and by regression.

        The cosine weighs the row's other cells by how alike their columns are; the regression
        takes each cell times the slope between the columns, weighted by the rows that show it.
        Both are 0 where nothing is known.
        """
        columns, residuals, used = self._cells.get(row, _NONE)
        if column >= len(self._energy):
            return 0.0, 0.0
        alike, slope = _predict(self._pairs, self._energy, column, columns, residuals, used)
        return alike, slope

    def learn(self, row: int, column: int, residual: float) -> None:
        """Take the residual of a new cell in."""
        self._grow(column)
        columns, residuals, used = self._cells.get(row, _NONE)
        _learn(self._pairs, column, residual, columns, residuals, used)
        self._energy[column] += residual * residual
        if used == len(columns):
            columns = np.concatenate((columns, np.zeros(used + 8, np.int64)))
            residuals = np.concatenate((residuals, np.zeros(used + 8)))
        columns[used], residuals[used] = column, residual
        self._cells[row] = columns, residuals, used + 1

    def _grow(self, column: int) -> None:
        size = len(self._energy)
        if column >= size:
            more = max(2 * size, column + 1) - size
            self._pairs = np.pad(self._pairs, ((0, more), (0, more), (0, 0)))
            self._energy = np.pad(self._energy, (0, more))


_NONE = (np.zeros(0, np.int64), np.zeros(0), 0)


@compiled
def _predict(
    pairs: _Pairs, energy: Floats, column: int, columns: Ints, residuals: Floats, used: int
) -> tuple[float, float]:
    alike = slope = cosines = counts = 0.0
    for number in range(used):
        other, residual = columns[number], residuals[number]
        product, square, count = pairs[column, other]
        if count == 0.0:
            continue
        cosine = product / np.sqrt((energy[column] + 1.0) * (energy[other] + 1.0))
        alike += cosine * residual
        cosines += abs(cosine)
        slope += count * product / (square + _SHRINK_SLOPE) * residual
        counts += count
    return alike / (cosines + _SHRINK_ALIKE), slope / (counts + _SHRINK_COUNT)


@compiled
def _learn(
    pairs: _Pairs, column: int, residual: float, columns: Ints, residuals: Floats, used: int
) -> None:
    for number in range(used):
        other, past = columns[number], residuals[number]
        product = np.float32(residual * past)
        pairs[column, other, 0] += product
        pairs[other, column, 0] += product
        pairs[column, other, 1] += np.float32(past * past)
        pairs[other, column, 1] += np.float32(residual * residual)
        pairs[column, other, 2] += np.float32(1.0)
        pairs[other, column, 2] += np.float32(1.0)
