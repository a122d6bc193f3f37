"""User rows into and out of the records of the changelog, older versions carried forward.

Rows are written without the words in them that are zero (`features.sparse_lines`); a bit beside
the version says so. Older releases wrote them whole, and those are read too.

A record of a version that this code does not know stops the worker, since guessing would corrupt
the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.compiled import read_only
from features.errors import StateVersionError
from features.hashing import IntArray
from features.lines import gathered_lines
from features.opaque import put_structs
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.row import ROW, ROW_VERSION, Rows
from features.row_v1 import ROW_V1, from_v1
from features.row_v2 import ROW_V2, from_v2
from features.row_v3 import ROW_V3, from_v3
from features.sparse_lines import (
    WORD_BYTES,
    Words,
    most_bytes,
    read_sparse,
    sparse_sizes,
    write_sparse,
)
from features.texts import Texts, copy_texts

__all__ = ["MIGRATIONS", "SPARSE", "Migration", "decode_rows", "encode_rows", "put_rows"]

SPARSE = 0x8000
"""Beside the version of a row that was written without its zeros."""
_VERSION = SPARSE - 1
_VERSION_BYTES = 2
_SPARSE_BIT = np.uint8(SPARSE >> 8)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an older version: its dtype, and what turns such rows into the next one's."""

    dtype: np.dtype[Any]
    upgrade: Callable[[Rows], Rows]


MIGRATIONS: dict[int, Migration] = {
    1: Migration(ROW_V1, from_v1),
    2: Migration(ROW_V2, from_v2),
    3: Migration(ROW_V3, from_v3),
}
"""By the version that is left behind; a chain up to `ROW_VERSION`."""


def encode_rows(rows: Rows, slots: IntArray, keys: Texts, tails: Texts) -> RawRecords:
    """Return a record a slot: the row there, and behind it the bytes in `tails`, maybe none."""
    words = _words(rows)
    behind = tails.size + keys.size
    most = len(slots) * (most_bytes(words.shape[1]) + WORD_BYTES) + int(behind.sum())
    out = np.empty(most // WORD_BYTES, np.uint32)
    value_at, row_size = write_sparse(words, slots, behind, out)
    data, tail_at = out.view(np.uint8), value_at + row_size
    data[value_at + _VERSION_BYTES - 1] |= _SPARSE_BIT
    key_at = tail_at + tails.size
    copy_texts(tails.data, tails.at, tails.size, data, tail_at)
    copy_texts(keys.data, keys.at, keys.size, data, key_at)
    data.flags.writeable = False
    offset, timestamp = np.arange(len(slots)), np.full(len(slots), NO_TIMESTAMP)
    value_size = row_size + tails.size
    return RawRecords(data, offset, timestamp, key_at, keys.size, value_at, value_size)


def put_rows(records: RawRecords, rows: Rows, slots: IntArray) -> tuple[Texts, IntArray]:
    """Put the row of each record into its slot; of a slot that comes twice the last one stays.

    Returns the bytes that follow each row, maybe none, and which records were of an older
    version, int64[k]. Raises what `decode_rows` does.
    """
    heads = _heads(records)
    older = np.flatnonzero(heads & _VERSION != ROW_VERSION)
    if (heads != ROW_VERSION | SPARSE).any():
        found, tails = decode_rows(records)
        put_structs(rows, slots, found)
        return tails, older
    return _read_sparse(records, rows, slots), older


def decode_rows(
    records: RawRecords, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Rows, Texts]:
    """Return the rows in the values (none null), and the bytes that follow each, maybe none.

    Raises `StateVersionError` for a version that neither this code nor a migration knows, and
    for a record shorter than its row.
    """
    heads = _heads(records)
    rows: npt.NDArray[Any] = np.empty(len(records), dtype=ROW)
    tail_at = records.value_at.copy()
    for head in np.unique(heads).tolist():
        places = np.flatnonzero(heads == head)
        found, tails = _decode_alike(head, records.take(places), migrations)
        put_structs(rows, places, found)
        tail_at[places] = tails.at
    return rows, Texts(records.data, tail_at, records.value_at + records.value_size - tail_at)


def _heads(records: RawRecords) -> npt.NDArray[np.uint16]:
    if len(records) and int(records.value_size.min()) < _VERSION_BYTES:
        raise StateVersionError("a user row of less than 2 bytes")
    heads = gathered_lines(records.data, records.value_at, _VERSION_BYTES)
    return heads.view("<u2").reshape(-1)


def _words(rows: Rows) -> Words:
    return rows.view(np.uint32).reshape(len(rows), -1)


def _read_sparse(records: RawRecords, rows: Rows, slots: IntArray) -> Texts:
    """Put rows that were written without their zeros; return what is behind them."""
    words = _words(rows)
    data, at = read_only(records.data), records.value_at
    taken = sparse_sizes(data, at, records.value_size, words.shape[1])
    if (taken < 0).any():
        raise StateVersionError("a user row that is shorter than what it says is in it")
    read_sparse(data, at, words, slots)
    rows["version"][slots] &= _VERSION
    return Texts(data, at + taken, records.value_size - taken)


def _decode_alike(
    head: int, records: RawRecords, migrations: Mapping[int, Migration]
) -> tuple[Rows, Texts]:
    """Return the rows, carried forward, of records that all begin with the same two bytes."""
    version = head & _VERSION
    if version == ROW_VERSION:
        dtype = ROW
    elif version in migrations:
        dtype = migrations[version].dtype
    else:
        known = ", ".join(map(str, [*sorted(migrations), ROW_VERSION]))
        raise StateVersionError(f"user rows of version {version}, this worker knows {known}")
    if head & SPARSE:
        rows: Rows = np.empty(len(records), dtype)
        tails = _read_sparse(records, rows, np.arange(len(records)))
    else:
        rows, tails = _read_whole(records, dtype, version)
    while version != ROW_VERSION:
        rows = migrations[version].upgrade(rows)
        version += 1
    return rows, tails


def _read_whole(records: RawRecords, dtype: np.dtype[Any], version: int) -> tuple[Rows, Texts]:
    """Return rows that were written with their zeros, as older releases did, and what is behind."""
    size = dtype.itemsize
    if int(records.value_size.min()) < size:
        raise StateVersionError(
            f"a user row of version {version} that is shorter than {size} bytes"
        )
    rows: Rows = gathered_lines(records.data, records.value_at, size).view(dtype).reshape(-1)
    return rows, Texts(records.data, records.value_at + size, records.value_size - size)
