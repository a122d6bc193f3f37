"""`interactions` that are surely plain: from bytes to columns in one compiled pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, inlined, read_only
from features.contracts import INTERACTION_TYPES, NEEDS_HOST, NEEDS_QUERY, NEEDS_STREAM, Interaction
from features.decode.columns import InteractionColumns
from features.decode.plain_escapes import unescaped
from features.decode.plain_object import ABSENT, scan_object
from features.decode.plain_rules import Table, plain_rules
from features.hashing import FloatArray, IntArray, U64Array
from features.raw_records import RawRecords
from features.words import Bytes, same_bytes
from features.xxh3 import LENGTH_MAX, hash_text

__all__ = ["NEEDS", "scan_interactions"]

NEEDS = {
    **dict.fromkeys(NEEDS_STREAM, "stream_id"),
    **dict.fromkeys(NEEDS_HOST, "host_id"),
    **dict.fromkeys(NEEDS_QUERY, "query"),
}
"""Interaction types and the field that each must have."""

_HASHED = ("user_id", "event_id", "stream_id", "host_id", "category")
_ORDER = (
    *_HASHED,
    *("type", "ts", "dwell_ms", "amount", "product_id", "query", "reminder_id"),
)
_USER, _EVENT, _STREAM, _HOST, _CATEGORY, _TYPE, _TS, _DWELL, _AMOUNT = range(9)
_HASHES = len(_HASHED)
_RULES = plain_rules(Interaction, _ORDER, INTERACTION_TYPES)
_NEEDED = np.array([_ORDER.index(NEEDS.get(name, "type")) for name in INTERACTION_TYPES])
_POWERS = 10.0 ** np.arange(16)
_NO_BOUND = 2**62
_ROOM = LENGTH_MAX + 4


def scan_interactions(
    records: RawRecords, latest_ts: int | None
) -> tuple[InteractionColumns, npt.NDArray[np.bool_]]:
    """Return columns with a row for each record, and which rows are filled: bool[n].

    The others are not plain, not valid, under another key, or later than `latest_ts` (epoch ms).
    """
    count = len(records)
    data = read_only(records.data)
    plain, types = np.zeros(count, np.bool_), np.zeros(count, np.uint8)
    integers, decimals = np.zeros((3, count), np.int64), np.zeros((2, count))
    hashes = np.zeros((_HASHES, count), np.uint64)
    _scan(
        data,
        np.stack((records.key_at, records.key_size, records.value_at, records.value_size)),
        _NO_BOUND if latest_ts is None else latest_ts,
        _RULES.letters,
        _RULES.table,
        _NEEDED,
        (plain, types, integers, decimals, hashes),
    )
    columns = InteractionColumns(
        text=data,
        position=np.arange(count),
        type=types,
        ts=integers[0],
        dwell_ms=decimals[0],
        amount=decimals[1],
        user_h=hashes[_USER],
        event_h=hashes[_EVENT],
        stream_h=hashes[_STREAM],
        host_h=hashes[_HOST],
        category_h=hashes[_CATEGORY],
        user_at=integers[1],
        user_size=integers[2],
    )
    return columns, plain


@compiled
def _scan(
    data: Bytes,
    places: IntArray,
    latest_ts: int,
    letters: Bytes,
    table: Table,
    needed: IntArray,
    into: tuple[npt.NDArray[np.bool_], Bytes, IntArray, FloatArray, U64Array],
) -> None:
    plain, types, integers, decimals, hashes = into
    found = np.zeros((len(table), 3), np.int64)
    scratch = np.empty(_ROOM, np.uint8)
    for row in range(len(plain)):
        key, key_size, at, size = places[0, row], places[1, row], places[2, row], places[3, row]
        if size <= 0 or not scan_object(data, at, at + size, letters, table, found):
            continue
        if key_size < 0 or not _is_user(data, found, key, key_size, scratch):
            continue
        found[_USER, 0], found[_USER, 1], found[_USER, 2] = key, key_size, 0
        if found[_TS, 0] > latest_ts or found[needed[found[_TYPE, 0]], 1] == ABSENT:
            continue
        plain[row] = True
        for field in range(_HASHES):
            if found[field, 1] != ABSENT:
                hashes[field, row] = _hashed(data, found, field, scratch)
                plain[row] &= hashes[field, row] != 0
        types[row] = found[_TYPE, 0]
        integers[0, row], integers[1, row], integers[2, row] = found[_TS, 0], key, key_size
        if found[_DWELL, 1] != ABSENT:
            decimals[0, row] = found[_DWELL, 0]
        if found[_AMOUNT, 1] != ABSENT:
            decimals[1, row] = found[_AMOUNT, 0] / _POWERS[found[_AMOUNT, 1]]


@inlined
def _is_user(data: Bytes, found: Table, at: int, size: int, scratch: Bytes) -> bool:
    """Return whether the `size` bytes from `at` are the user's id."""
    start, said = found[_USER, 0], found[_USER, 1]
    if found[_USER, 2]:
        said = unescaped(data, start, start + said, scratch)
        return bool(said == size and same_bytes(scratch, 0, data, at, size))
    return bool(said == size and same_bytes(data, start, data, at, size))


@inlined
def _hashed(data: Bytes, found: Table, field: int, scratch: Bytes) -> np.uint64:
    """Return the hash of a field's text, 0 of one that is too long."""
    start, size = found[field, 0], found[field, 1]
    if found[field, 2]:
        size = unescaped(data, start, start + size, scratch)
        return hash_text(scratch, 0, size) if 0 <= size <= LENGTH_MAX else np.uint64(0)
    return hash_text(data, start, size) if size <= LENGTH_MAX else np.uint64(0)
