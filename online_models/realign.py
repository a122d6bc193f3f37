"""A model's columns under another set of features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["realigned"]

Value = TypeVar("Value", int, float)


def realigned(
    values: Sequence[Value], old: tuple[str, ...], new: tuple[str, ...], missing: Value
) -> list[Value]:
    """Return the values of the features `old` in the order of `new`; `missing` for unknown ones.

    >>> realigned([1, 2], ("a", "b"), ("b", "c"), 0)
    [2, 0]
    """
    known = dict(zip(old, values, strict=True))
    return [known.get(name, missing) for name in new]
