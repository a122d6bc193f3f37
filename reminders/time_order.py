"""The order of moments, found fast where all lie within some hours."""

from __future__ import annotations

import numpy as np

from online_models.arrays import Ints

__all__ = ["by_time"]

_RADIX_SPAN = 1 << 16


def by_time(seconds: Ints) -> Ints:
    """Return int64[n]: the places of `seconds` in ascending order, of equal ones as they come.

    What fits into 16 bits NumPy sorts by radix, in a fifth of the time.

    >>> by_time(np.array([1_000_030, 1_000_010, 1_000_030])).tolist()
    [1, 0, 2]
    """
    if len(seconds) and int(np.ptp(seconds)) < _RADIX_SPAN:
        return np.argsort((seconds - seconds.min()).astype(np.uint16), kind="stable")
    return np.argsort(seconds, kind="stable")
