"""Columns whose values repeat: few distinct values, and a small integer each of who has which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar, overload

import numpy as np

from features.hashing import IntArray

__all__ = ["Coded", "distinct"]

_V = TypeVar("_V", bound=Hashable)
_W = TypeVar("_W", bound=Hashable)


class Coded(Sequence[_V], Generic[_V]):
    """The column ``values[code[n]]``; `code` is int64[n], `values` may hold some that nobody has.

    >>> column = Coded.of(["en", "zh", "en"])
    >>> column.values, column.code.tolist(), column[2]
    (('en', 'zh'), [0, 1, 0], 'en')
    """

    def __init__(self, values: Sequence[_V], code: IntArray) -> None:
        self.values = tuple(values)
        self.code = code

    @classmethod
    def of(cls, column: Sequence[_V]) -> Coded[_V]:
        """Return a column in this form; one that is already is returned as it is."""
        if isinstance(column, Coded):
            return column
        places = {value: place for place, value in enumerate(dict.fromkeys(column))}
        return cls(list(places), np.fromiter(map(places.__getitem__, column), np.int64))

    def __len__(self) -> int:
        return len(self.code)

    @overload
    def __getitem__(self, place: int) -> _V: ...
    @overload
    def __getitem__(self, place: slice) -> Coded[_V]: ...
    def __getitem__(self, place: int | slice) -> _V | Coded[_V]:
        if isinstance(place, slice):
            return Coded(self.values, self.code[place])
        value: _V = self.values[self.code[place]]
        return value

    def take(self, rows: IntArray) -> Coded[_V]:
        """Return the column of these rows."""
        return Coded(self.values, self.code[rows])

    def map(self, function: Callable[[_V], _W]) -> Coded[_W]:
        """Return the column of what the function makes of each, asked once a distinct value.

        >>> Coded.of(["a", "A"]).map(str.lower).values
        ('a',)
        """
        mapped = Coded.of(list(map(function, self.values)))
        return Coded(mapped.values, mapped.code[self.code])


def distinct(keys: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct keys (≥ 0), ascending, and the place of each one's key among them.

    Like `numpy.unique` with its inverse, without a sort where the keys are small.

    >>> values, place = distinct(np.array([7, 3, 7]))
    >>> values.tolist(), place.tolist()
    ([3, 7], [1, 0, 1])
    """
    most = int(keys.max(initial=-1))
    if most > 4 * len(keys) + 1_024:
        values, place = np.unique(keys, return_inverse=True)
        return values, place.reshape(-1)
    present = np.zeros(most + 1, np.bool_)
    present[keys] = True
    places = np.cumsum(present) - 1
    return np.flatnonzero(present), places[keys]
