"""Decode a batch of values at once, and find the bad ones without slowing their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import DecodeError, Struct

from features.decode.diagnose import decode_one
from features.decode.guard import all_stand_alone
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected

__all__ = ["decode_batch"]

T = TypeVar("T", bound=Struct)

_WINDOW = 32
"""How many values are decoded together where not all can be: so many share the cost of a bad one,
and a flood of bad ones costs an attempt a window."""


def decode_batch(
    kind: RecordType[T], values: Sequence[bytes | None]
) -> tuple[list[T], Sequence[int], list[Rejected]]:
    """Decode each value by itself, at the speed of one parse of all of them.

    Returns
    -------
    The records that fit; their positions in `values`, ascending; and the others, ascending too.

    Notes
    -----
    Values joined by commas are one JSON array, but a broken one could then borrow from its
    neighbours (`{"a":[1` and `2]}` join to one object). So only values that surely stand alone
    are joined (`features.decode.guard`); the rest are decoded one by one. The result is always
    that of one by one.
    """
    together = _decode_together(kind, values)
    if together is not None:
        return together, range(len(values)), []
    records: list[T] = []
    positions: list[int] = []
    rejected: list[Rejected] = []
    for start in range(0, len(values), _WINDOW):
        window = values[start : start + _WINDOW]
        together = _decode_together(kind, window)
        if together is not None:
            records += together
            positions += range(start, start + len(window))
            continue
        for position, value in enumerate(window, start):
            one = decode_one(kind, value, position)
            if isinstance(one, Rejected):
                rejected.append(one)
            else:
                records.append(one)
                positions.append(position)
    return records, positions, rejected


def _decode_together(kind: RecordType[T], values: Sequence[bytes | None]) -> list[T] | None:
    """Decode values that stand alone and fit, all of them; None if there may be others."""
    try:
        joined = b",".join(values)  # type: ignore[arg-type]
        if not all_stand_alone(values, joined):  # type: ignore[arg-type]
            return None
        records = kind.many.decode(b"[" + joined + b"]")
    except (TypeError, IndexError, DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return records if len(records) == len(values) else None
