"""Room for more: how the tables of a partition grow."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from features.opaque import opaque

__all__ = ["extended", "roomier"]

_T = TypeVar("_T", bound=np.generic)


def roomier(capacity: int, needed: int) -> int:
    """Return the capacity, doubled until `needed` fits.

    Room is virtual memory: pages that were never written to take no RAM.
    """
    while capacity < needed:
        capacity *= 2
    return capacity


def extended(array: npt.NDArray[_T], capacity: int) -> npt.NDArray[_T]:
    """Return a copy of the array with zeros up to `capacity`; itself where that is its length."""
    if capacity == len(array):
        return array
    bigger = np.zeros(capacity, dtype=array.dtype)
    opaque(bigger)[: len(array)] = opaque(array)
    return bigger
