"""Room for more: how the tables of a partition grow."""

from __future__ import annotations

import contextlib
import mmap
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from features.opaque import opaque

__all__ = ["extended", "roomier", "untouched"]

_T = TypeVar("_T", bound=np.generic)

_OWN_PAGES = 1 << 16
"""Bytes from which a table has pages of its own: to round up costs a sixteenth at most."""
_HUGE_PAGES, _HUGE_IF_SCATTERED = 32 << 20, 4 << 20
"""Bytes from which the system is asked for huge pages, of which the last one is mostly room."""
_ADVICE = getattr(mmap, "MADV_HUGEPAGE", None)


def untouched(capacity: int, dtype: npt.DTypeLike, *, scattered: bool = False) -> npt.NDArray[Any]:
    """Return zeros of which a page takes RAM only when something is written there.

    Those of `numpy.zeros` may lie where something was freed, and are written to be zeros. These
    lie in a mapping of their own, which the system has back as soon as they are outgrown.
    `scattered`: what is written will lie all over the table, so that it has no room at its end.

    >>> untouched(3, np.int16).tolist()
    [0, 0, 0]
    """
    kind = np.dtype(dtype)
    size = capacity * kind.itemsize
    if size < _OWN_PAGES:
        return np.zeros(capacity, kind)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if _ADVICE is not None and size >= (_HUGE_IF_SCATTERED if scattered else _HUGE_PAGES):
        # What the system does not know it refuses, and small pages do as well.
        with contextlib.suppress(OSError):
            pages.madvise(_ADVICE)
    return np.frombuffer(pages, kind)


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
    bigger = untouched(capacity, array.dtype)
    opaque(bigger)[: len(array)] = opaque(array)
    return bigger
