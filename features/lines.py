"""Structs as lines of bytes: gathered from a buffer, and scattered into one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled
from features.hashing import IntArray
from features.words import Bytes, copy_bytes

__all__ = ["gathered_lines", "scatter_lines"]


def gathered_lines(data: Bytes, at: IntArray, size: int) -> Bytes:
    """Return `size` bytes from each place on, uint8[n, size]; all must lie inside of the data."""
    lines = np.empty((len(at), size), np.uint8)
    _gather(data, at, lines)
    return lines


@compiled
def _gather(data: Bytes, at: IntArray, lines: npt.NDArray[np.uint8]) -> None:
    for line in range(len(at)):
        lines[line] = data[at[line] : at[line] + lines.shape[1]]


@compiled
def scatter_lines(lines: Bytes, chosen: IntArray, out: Bytes, to: IntArray) -> None:
    """Copy the `chosen` ones of lines uint8[m, size] into `out`, each to the place `to` it."""
    for row in range(len(chosen)):
        copy_bytes(out, to[row], lines[chosen[row]], 0, lines.shape[1])
