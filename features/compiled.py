"""Loops that NumPy cannot express, compiled to machine code by Numba when first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

__all__ = ["compiled"]

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays; it runs without Python's lock.

    What was compiled is cached on disk beside the module, or in the user's cache folder where
    that is read-only. Indices are not checked: a kernel must never read or write outside of the
    arrays that it is given.

    >>> @compiled
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double(21)
    42
    """
    compile_ = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast("_Function", compile_(function))
