"""What a flat record type allows, as one table for the compiled scan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import inspect

from features.words import Bytes

__all__ = [
    "DECIMAL",
    "FIELDS",
    "INTEGER",
    "MULTIPLIERS",
    "NAME",
    "NAMES",
    "SLOTS",
    "TEXT",
    "VALUES",
    "PlainRules",
    "Table",
    "plain_rules",
]

Table = npt.NDArray[np.int64]

TEXT, NAME, INTEGER, DECIMAL = range(4)
"""Kinds of fields; the value of a `NAME` is one of a few."""

SLOTS = 64
NAMES, VALUES, MULTIPLIERS, FIELDS = 0, SLOTS, 2 * SLOTS, 2 * SLOTS + 1
"""Where the rows of `PlainRules.table` begin."""


class PlainRules(NamedTuple):
    """What each field may hold.

    Attributes
    ----------
    letters : uint8[bytes], the names of the fields, then the values of the only `NAME` field.
    table : int64[129 + fields, 4]. 64 rows of field names, 64 rows of values, in the place of
        their hash: (where in `letters`, size, number), size -1 for none. A row with the two
        multipliers of the hash, and a bit for each required field. Then a row a field: kind,
        least and greatest (code points of a text, an integer), whether it may be null.
    """

    letters: Bytes
    table: Table


def plain_rules(
    struct: type[msgspec.Struct], order: Sequence[str], values: Sequence[str]
) -> PlainRules:
    """Read the rules off a record type.

    Fields are numbered in `order`, and in that of `values` what the only `NAME` field may be;
    both must be complete. Raises `ValueError` otherwise, and for a field of an unknown shape.
    """
    info = inspect.type_info(struct)
    fields = {field.encode_name: field for field in getattr(info, "fields", ())}
    if sorted(order) != sorted(fields):
        raise ValueError(f"{sorted(order)} are not the fields of {struct.__name__}")
    shapes = [_shape(fields[name].type) for name in order]
    allowed = [sorted(shape[4]) for shape in shapes if shape[4]]
    if allowed != [sorted(values)]:
        raise ValueError(f"{allowed} are not the values of the only field of a few")
    texts = [[name.encode() for name in some] for some in (order, values)]
    table = np.full((FIELDS + len(order), 4), -1, np.int64)
    first, middle = _multipliers(texts)
    at = 0
    for start, some in zip((NAMES, VALUES), texts, strict=True):
        for number, text in enumerate(some):
            table[start + _hashed(text, first, middle), :3] = at, len(text), number
            at += len(text)
    required = sum(1 << number for number, name in enumerate(order) if fields[name].required)
    table[MULTIPLIERS, :3] = first, middle, required
    table[FIELDS:] = [shape[:4] for shape in shapes]
    return PlainRules(np.frombuffer(b"".join(texts[0] + texts[1]), np.uint8), table)


def _shape(kind: inspect.Type) -> tuple[int, int, int, bool, Sequence[str]]:
    """Return kind, least, greatest, whether null will do, and the values of one of a few."""
    match kind:
        case inspect.Metadata(type=other):
            return _shape(other)
        case inspect.UnionType(types=(other, inspect.NoneType())):
            number, low, high, _, values = _shape(other)
            return number, low, high, True, values
        case inspect.StrType(min_length=low, max_length=int(high), pattern=None) if (low or 0) < 2:
            return TEXT, low or 0, high, False, ()
        case inspect.LiteralType(values=values):
            return NAME, 0, 0, False, [str(value) for value in values]
        case inspect.IntType(ge=int(low), le=int(high), gt=None, lt=None, multiple_of=None):
            return INTEGER, low, high, False, ()
        case inspect.FloatType(ge=0, le=None, gt=None, lt=None, multiple_of=None):
            return DECIMAL, 0, 0, False, ()
    raise ValueError(f"no plain scan of {kind}")


def _multipliers(texts: Sequence[Sequence[bytes]]) -> tuple[int, int]:
    """Return multipliers with which no two texts of a list have one hash."""
    for seed in range(SLOTS**2):
        first, middle = divmod(seed, SLOTS)
        if all(len({_hashed(text, first, middle) for text in some}) == len(some) for some in texts):
            return first, middle
    raise ValueError(f"no perfect hash of {texts}")


def _hashed(text: bytes, first: int, middle: int) -> int:
    return (len(text) + first * text[0] + middle * text[len(text) // 2]) % SLOTS
