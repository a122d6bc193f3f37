"""Numbers of a row kept as small whole steps of one unit, and read back as numbers.

A unit is a power of two when it is chosen, and doubles when a number outgrows its steps. To let
numbers fade only the unit is multiplied, so that slow decays round nothing away. What is added
falls between two steps and goes to either by chance (a hash), in proportion: sums of many small
things are right on average, with an error of about a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.row import Rows

__all__ = [
    "ACTIVITY_STEPS",
    "CONTENT_STEPS",
    "activity_of",
    "content_of",
    "dithered",
    "fitting_unit",
    "nearest_steps",
    "usable_unit",
]

ACTIVITY_STEPS = 255
CONTENT_STEPS = 127
_FIRST_UNIT = 1.0 / 64.0
_LEAST_UNIT = 2.0**-40

_Unit = npt.NDArray[np.float32]


def activity_of(rows: Rows) -> npt.NDArray[np.float32]:
    """Return the decayed events of each half-hour, float32[n, 2, 48], of rows of dtype `ROW`."""
    return np.asarray(rows["activity"] * rows["activity_unit"][:, None, None], np.float32)


def content_of(rows: Rows) -> npt.NDArray[np.float32]:
    """Return the decayed sum of the content vectors watched, float32[n, 32]."""
    return np.asarray(rows["content"] * rows["content_unit"][:, None], np.float32)


def nearest_steps(numbers: npt.NDArray[Any], most: int) -> tuple[npt.NDArray[Any], _Unit]:
    """Return float32[n, k] as whole steps of at most `most`, and the unit of each line."""
    largest = np.abs(numbers).max(axis=1, initial=0.0)
    needed = np.maximum(largest / (most * _FIRST_UNIT), 1.0)
    unit = np.asarray(_FIRST_UNIT * np.exp2(np.ceil(np.log2(needed))), np.float32)
    unit[largest == 0.0] = 0.0
    divisor = np.where(unit == 0.0, np.float32(1.0), unit)
    return np.rint(numbers / divisor[:, None]), unit


@compiled
def usable_unit(unit: float) -> float:
    """Return the unit to go on with: the first one where nothing worth keeping stands in it."""
    return unit if unit >= _LEAST_UNIT else _FIRST_UNIT


@compiled
def fitting_unit(unit: float, largest: float, most: int) -> float:
    """Return the unit doubled until `largest` fits into `most` steps."""
    while largest > most * unit:
        unit *= 2.0
    return unit


@compiled
def dithered(number: float, chance: np.uint64) -> int:
    """Return a whole number next to `number`, by chance (64 bits) in proportion."""
    low = np.floor(number)
    above = np.float64(chance >> np.uint64(40)) * 2.0**-24 < number - low
    return int(low) + int(above)
