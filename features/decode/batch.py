"""Decode a batch of values at once, and find the bad ones without slowing their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import DecodeError, Struct

from features.decode.diagnose import decode_one
from features.decode.guard import all_stand_alone, stands_alone
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected

__all__ = ["decode_batch"]

T = TypeVar("T", bound=Struct)

_WHITE = b" \t\n\r"


def decode_batch(
    kind: RecordType[T], values: Sequence[bytes | None]
) -> tuple[list[T], Sequence[int], list[Rejected]]:
    """Decode each value by itself, at the speed of one parse of all of them.

    Returns
    -------
    The records that fit; their positions in `values`, ascending; and the others.

    Notes
    -----
    Values joined by commas are one JSON array, but a broken one could then borrow from its
    neighbours (`{"a":[1` and `2]}` join to one object). So only values that surely stand alone
    are joined (`features.decode.guard`); the rest are decoded one by one. The result is always
    that of one by one.
    """
    plain, where, odd = _sort_out(values)
    found: dict[int, T] = {}
    rejected: list[Rejected] = []
    records, bad = _decode_plain(kind, plain)
    if not bad and not odd:
        return records, where, rejected
    unfit = set(bad)
    kept = [position for i, position in enumerate(where) if i not in unfit]
    found.update(zip(kept, records, strict=True))
    for position in sorted([where[i] for i in bad] + odd):
        one = decode_one(kind, values[position], position)
        if isinstance(one, Rejected):
            rejected.append(one)
        else:
            found[position] = one
    positions = sorted(found)
    return [found[position] for position in positions], positions, rejected


def _sort_out(
    values: Sequence[bytes | None],
) -> tuple[list[bytes], Sequence[int], list[int]]:
    """Values that may be joined, their positions, and the positions of all others."""
    if not values:
        return [], [], []
    try:
        if all_stand_alone(values, b",".join(values)):  # type: ignore[arg-type]
            return values, range(len(values)), []  # type: ignore[return-value]
    except (TypeError, IndexError):
        pass
    trimmed = [(i, value.strip(_WHITE)) for i, value in enumerate(values) if value]
    pairs = [(i, value) for i, value in trimmed if value.endswith(b"}")]
    plain = [value for _, value in pairs]
    if plain and not all_stand_alone(plain, b",".join(plain)):
        pairs = [(i, value) for i, value in pairs if stands_alone(value)]
        plain = [value for _, value in pairs]
    where = [i for i, _ in pairs]
    return plain, where, sorted(set(range(len(values))).difference(where))


def _decode_plain(kind: RecordType[T], plain: list[bytes]) -> tuple[list[T], list[int]]:
    """Decode values that stand alone; a window that fails is halved, the next one doubled.

    Returns the records that fit, in order, and the indices of those that do not.
    """
    records: list[T] = []
    bad: list[int] = []
    start, size, count = 0, len(plain), len(plain)
    while start < count:
        window = plain if size >= count else plain[start : start + size]
        some = _decode_window(kind, window)
        if some is not None:
            records.extend(some)
            start += len(window)
            size *= 2
        elif size == 1:
            bad.append(start)
            start += 1
            size = 2
        else:
            size //= 2
    return records, bad


def _decode_window(kind: RecordType[T], window: Sequence[bytes]) -> list[T] | None:
    try:
        records = kind.many.decode(b"[" + b",".join(window) + b"]")
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return records if len(records) == len(window) else None
