"""Pairs of users and targets into and out of the records of the changelog, as columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from features.errors import StateVersionError
from features.hashing import IntArray, U64Array
from features.lines import gathered_lines, scatter_lines
from features.raw_records import NO_TIMESTAMP, RawRecords
from features.row import Rows
from features.texts import Texts, copy_texts

__all__ = ["decode_pairs", "encode_pairs", "pair_keys"]

_KIND_BYTES, _TARGET_BYTES = 2, 8
_HEAD_BYTES = _KIND_BYTES + _TARGET_BYTES


def encode_pairs(
    kind: bytes, user_ids: Texts, targets: U64Array, structs: Rows, places: IntArray
) -> RawRecords:
    """Return a record a place: its struct, under kind, target (8 bytes, little endian), user id.

    `user_ids`, `targets` and `places` have one length; `places` point into `structs`.
    """
    count, size = len(places), structs.itemsize
    heads = np.empty((count, _HEAD_BYTES), np.uint8)
    heads[:, :_KIND_BYTES] = np.frombuffer(kind, np.uint8)
    heads[:, _KIND_BYTES:] = targets.astype("<u8").view(np.uint8).reshape(count, _TARGET_BYTES)
    key_size = _HEAD_BYTES + user_ids.size
    ends = np.cumsum(key_size + size)
    value_at = ends - size
    key_at = value_at - key_size
    data = np.empty(int(ends[-1]) if count else 0, np.uint8)
    scatter_lines(heads, np.arange(count), data, key_at)
    copy_texts(user_ids.data, user_ids.at, user_ids.size, data, key_at + _HEAD_BYTES)
    scatter_lines(structs.view(np.uint8).reshape(-1, size), places, data, value_at)
    data.flags.writeable = False
    offset, timestamp = np.arange(count), np.full(count, NO_TIMESTAMP)
    return RawRecords(data, offset, timestamp, key_at, key_size, value_at, np.full(count, size))


def pair_keys(records: RawRecords) -> tuple[Texts, U64Array]:
    """Return user ids and targets of the keys of `encode_pairs`.

    Raises `StateVersionError` where a key holds no user.
    """
    if len(records) and int(records.key_size.min()) <= _HEAD_BYTES:
        raise StateVersionError("a pair without a user")
    targets = gathered_lines(records.data, records.key_at + _KIND_BYTES, _TARGET_BYTES)
    user_ids = Texts(records.data, records.key_at + _HEAD_BYTES, records.key_size - _HEAD_BYTES)
    return user_ids, targets.view("<u8").reshape(-1).astype(np.uint64)


def decode_pairs(kind: bytes, records: RawRecords, dtype: np.dtype[Any]) -> Rows:
    """Return the structs in the values, none of which is null.

    Raises `StateVersionError` where one is of another size.
    """
    size = dtype.itemsize
    if (records.value_size != size).any():
        raise StateVersionError(f"pairs of kind {kind!r} that are not of {size} bytes")
    structs: Rows = gathered_lines(records.data, records.value_at, size).view(dtype).reshape(-1)
    return structs
