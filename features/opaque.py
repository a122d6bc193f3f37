"""Structs copied as plain bytes: NumPy copies those at once, eight times faster than by fields."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.hashing import IntArray

__all__ = ["opaque", "put_structs", "take_structs"]

_Structs = npt.NDArray[Any]


def opaque(structs: _Structs) -> npt.NDArray[np.void]:
    """Return the same memory as items without fields, of which only the size is known.

    >>> opaque(np.zeros(3, [("count", "<u4"), ("weight", "<f8")])).dtype.itemsize
    12
    """
    return structs.view(np.dtype((np.void, structs.itemsize)))


def take_structs(structs: _Structs, places: npt.NDArray[np.integer[Any]]) -> _Structs:
    """Return a copy of the structs at `places`, in one contiguous block.

    >>> take_structs(np.array([(1,), (2,), (3,)], [("count", "<u4")]), np.array([2, 0])).tolist()
    [(3,), (1,)]
    """
    return opaque(structs).take(places).view(structs.dtype)


def put_structs(structs: _Structs, places: IntArray, others: _Structs) -> None:
    """Copy `others`, of the same dtype, one or one a place, to `places`, int64[n].

    >>> pair = np.zeros(2, [("count", "<u4")])
    >>> put_structs(pair, np.array([1]), np.array([(7,)], pair.dtype))
    >>> pair["count"].tolist()
    [0, 7]
    """
    opaque(structs).put(places, opaque(others))
