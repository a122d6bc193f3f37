"""Loops that NumPy cannot express, compiled to machine code by Numba when first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from features.kernel_cache import KernelLocator, kernel_folder

__all__ = ["compiled", "inlined", "read_only"]

_Function = TypeVar("_Function", bound=Callable[..., object])
_Number = TypeVar("_Number", bound=np.generic)

_LOCATORS = (f"{KernelLocator.__module__}.{KernelLocator.__name__}", "UserWideCacheLocator")
_config: Any = numba.config
_config.CACHE_DIR = kernel_folder(_config.CACHE_DIR)
_config.CACHE_LOCATOR_CLASSES = _config.CACHE_LOCATOR_CLASSES or ",".join(_LOCATORS)


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays; it runs without Python's lock.

    What was compiled is cached on disk (`features.kernel_cache`). Indices are not checked: a kernel
    must never read or write outside of the arrays that it is given.

    ::

        @compiled
        def double(number: int) -> int:
            return 2 * number
    """
    compile_ = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast("_Function", compile_(function))


def read_only(array: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return the array as one that is contiguous and cannot be written to, a copy only if need be.

    A kernel is compiled anew for each form of its arrays; this is the one that all can have.
    """
    view = np.ascontiguousarray(array)[:]
    view.flags.writeable = False
    return view


def inlined(function: _Function) -> _Function:
    """Compile a function into each compiled function that calls it.

    References to arrays are not counted in it, which would cost more than most of what such a
    function does; so it must not make arrays.

    ::

        @inlined
        def last(numbers: IntArray) -> int:
            return numbers[len(numbers) - 1]

        @compiled
        def last_twice(numbers: IntArray) -> int:
            return 2 * last(numbers)
    """
    # `_nrt`: not documented; Numba's own hash functions are compiled so.
    options: dict[str, Any] = {"forceinline": True, "_nrt": False, "error_model": "numpy"}
    compile_ = numba.njit(**options)
    return cast("_Function", compile_(function))
