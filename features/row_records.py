"""User rows into and out of the records of the changelog, older versions carried forward.

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
from features.lines import gathered_lines, scatter_lines
from features.opaque import put_structs
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.row import ROW, ROW_VERSION, Rows
from features.row_v1 import ROW_V1, from_v1
from features.row_v2 import ROW_V2, from_v2
from features.row_v3 import ROW_V3, from_v3
from features.texts import Texts, copy_texts

__all__ = ["MIGRATIONS", "Migration", "decode_rows", "encode_rows", "put_rows"]


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
    count, size = len(slots), ROW.itemsize
    value_size = size + tails.size
    ends = np.cumsum(keys.size + value_size)
    value_at = ends - value_size
    key_at = value_at - keys.size
    data = np.empty(int(ends[-1]) if count else 0, np.uint8)
    scatter_lines(rows.view(np.uint8).reshape(-1, size), slots, data, value_at)
    copy_texts(keys.data, keys.at, keys.size, data, key_at)
    copy_texts(tails.data, tails.at, tails.size, data, ends - tails.size)
    data.flags.writeable = False
    offset, timestamp = np.arange(count), np.full(count, NO_TIMESTAMP)
    return RawRecords(data, offset, timestamp, key_at, keys.size, value_at, value_size)


def put_rows(records: RawRecords, rows: Rows, slots: IntArray) -> tuple[Texts, IntArray]:
    """Put the row of each record into its slot; of a slot that comes twice the last one stays.

    Returns the bytes that follow each row, maybe none, and which records were of an older
    version, int64[k]. Raises what `decode_rows` does.
    """
    older = np.flatnonzero(_versions(records) != ROW_VERSION)
    size = ROW.itemsize
    if len(older) or int(records.value_size.min(initial=size)) < size:
        found, tails = decode_rows(records)
        put_structs(rows, slots, found)
        return tails, older
    data, held = read_only(records.data), rows.view(np.uint8).reshape(-1)
    copy_texts(data, records.value_at, np.full(len(records), size), held, slots * size)
    return Texts(data, records.value_at + size, records.value_size - size), older


def decode_rows(
    records: RawRecords, migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Rows, Texts]:
    """Return the rows in the values (none null), and the bytes that follow each, maybe none.

    Raises `StateVersionError` for a version that neither this code nor a migration knows, and
    for a record shorter than its version's row.
    """
    versions = _versions(records)
    rows: npt.NDArray[Any] = np.empty(len(records), dtype=ROW)
    tail_at = records.value_at.copy()
    for version in np.unique(versions).tolist():
        places = np.flatnonzero(versions == version)
        found, size = _decode_version(version, records.take(places), migrations)
        put_structs(rows, places, found)
        tail_at[places] += size
    return rows, Texts(records.data, tail_at, records.value_at + records.value_size - tail_at)


def _versions(records: RawRecords) -> npt.NDArray[np.uint16]:
    if len(records) and int(records.value_size.min()) < 2:
        raise StateVersionError("a user record of less than 2 bytes is no user record")
    heads = gathered_lines(records.data, records.value_at, 2)
    return heads.view("<u2").reshape(-1)


def _decode_version(
    version: int, records: RawRecords, migrations: Mapping[int, Migration]
) -> tuple[Rows, int]:
    if version == ROW_VERSION:
        dtype = ROW
    elif version in migrations:
        dtype = migrations[version].dtype
    else:
        known = ", ".join(map(str, [*sorted(migrations), ROW_VERSION]))
        raise StateVersionError(
            f"the state holds user rows of version {version}, this worker knows {known}: "
            "start a worker of the release that wrote them, or a newer one"
        )
    size = dtype.itemsize
    if int(records.value_size.min()) < size:
        raise StateVersionError(f"a user record of version {version} is shorter than {size} bytes")
    rows: Rows = gathered_lines(records.data, records.value_at, size).view(dtype).reshape(-1)
    while version != ROW_VERSION:
        rows = migrations[version].upgrade(rows)
        version += 1
    return rows, size
