"""Columns laid out as the records of a record batch of version 2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from features.compiled import compiled, read_only
from features.headed_records import HeadedRecords
from features.raw_records import NO_BYTES
from features.words import copy_bytes
from online_models.arrays import Ints
from streams.raw.batch_headers import HEADER_BYTES
from streams.raw.varints import varint_size, write_varint

__all__ = ["lay_out"]

Bytes = npt.NDArray[np.uint8]
Number = TypeVar("Number", np.uint8, np.int64)


@dataclass(frozen=True, slots=True)
class _Headers:
    """Headers as fixed bytes with columns of bytes in between: fixed 0, column 0, fixed 1, …

    Attributes
    ----------
    fixed : uint8[bytes]; `fixed_end` : int64[columns + 1], where each part of it ends.
    at, size : int64[columns, records], where in the records' buffer the columns lie.
    """

    fixed: Bytes
    fixed_end: Ints
    at: Ints
    size: Ints


def lay_out(outgoing: HeadedRecords, most_bytes: int) -> Iterator[tuple[bytearray, int]]:
    """Yield buffers with room for a batch's header, its records behind, and how many they are.

    All records have the time of their batch, and offsets from 0 on in each.

    Parameters
    ----------
    most_bytes : of a buffer; a single record may be larger.
    """
    records, headers = outgoing.records, _headers(outgoing)
    data = read_only(records.data)
    keys = (_dense(records.key_at), _dense(records.key_size))
    values = (_dense(records.value_at), _dense(records.value_size))
    where = (headers.fixed_end, headers.at, headers.size)
    sizes = (keys[1], values[1], headers.fixed_end, headers.size)
    first = 0
    while first < len(records):
        count, size = _fitting(sizes, first, most_bytes)
        buffer = bytearray(size)
        out = np.frombuffer(buffer, np.uint8)
        _write(out, data, keys, values, headers.fixed, where, first, count)
        yield buffer, count
        first += count


def _dense(column: npt.NDArray[Number]) -> npt.NDArray[Number]:
    return np.ascontiguousarray(column)


def _headers(outgoing: HeadedRecords) -> _Headers:
    parts = [bytearray(_varint(len(outgoing.headers)))]
    at: list[Ints] = []
    size: list[Ints] = []
    for name, said in outgoing.headers:
        parts[-1] += _varint(len(name.encode())) + name.encode()
        if isinstance(said, bytes):
            parts[-1] += _varint(len(said)) + said
        else:
            at.append(said[0])
            size.append(said[1])
            parts.append(bytearray())
    shape = (len(at), len(outgoing))
    return _Headers(
        np.frombuffer(b"".join(parts), np.uint8),
        np.cumsum([len(part) for part in parts]),
        np.array(at, np.int64).reshape(shape),
        np.array(size, np.int64).reshape(shape),
    )


def _varint(number: int) -> bytes:
    out = np.empty(varint_size(number), np.uint8)
    write_varint(out, 0, number)
    return out.tobytes()


@compiled
def _sized(size: int) -> int:
    """How many bytes a length and what it is the length of take."""
    return varint_size(size) + max(size, 0)


@compiled
def _body_size(
    key_size: Ints, value_size: Ints, fixed: int, columns: Ints, row: int, place: int
) -> int:
    size = 2 + varint_size(place) + _sized(key_size[row]) + _sized(value_size[row]) + fixed
    for column in range(columns.shape[0]):
        size += _sized(columns[column, row])
    return size


@compiled
def _fitting(sizes: tuple[Ints, Ints, Ints, Ints], first: int, most_bytes: int) -> tuple[int, int]:
    """How many records from `first` on fit, at least one, and the bytes of their batch.

    `sizes` are those of keys and values, where the fixed parts of the headers end, and the sizes of
    the columns of headers.
    """
    key_size, value_size, fixed_end, columns = sizes
    size, row = HEADER_BYTES, first
    while row < len(key_size):
        body = _body_size(key_size, value_size, fixed_end[-1], columns, row, row - first)
        if row > first and size + _sized(body) > most_bytes:
            break
        size += _sized(body)
        row += 1
    return row - first, size


@compiled
def _copy(out: Bytes, to: int, data: Bytes, at: int, size: int) -> int:
    copy_bytes(out, to, data, at, size)
    return to + size


@compiled
def _write_sized(out: Bytes, to: int, data: Bytes, at: int, size: int) -> int:
    to = write_varint(out, to, size)
    return to if size == NO_BYTES else _copy(out, to, data, at, size)


@compiled
def _write(
    out: Bytes,
    data: Bytes,
    keys: tuple[Ints, Ints],
    values: tuple[Ints, Ints],
    fixed: Bytes,
    where: tuple[Ints, Ints, Ints],
    first: int,
    count: int,
) -> None:
    fixed_end, column_at, column_size = where
    to = HEADER_BYTES
    for place in range(count):
        row = first + place
        body = _body_size(keys[1], values[1], fixed_end[-1], column_size, row, place)
        to = write_varint(out, to, body)
        out[to] = 0
        out[to + 1] = 0
        to = write_varint(out, to + 2, place)
        to = _write_sized(out, to, data, keys[0][row], keys[1][row])
        to = _write_sized(out, to, data, values[0][row], values[1][row])
        to = _copy(out, to, fixed, 0, fixed_end[0])
        for column in range(column_at.shape[0]):
            at, size = column_at[column, row], column_size[column, row]
            to = _write_sized(out, to, data, at, size)
            start = fixed_end[column]
            to = _copy(out, to, fixed, start, fixed_end[column + 1] - start)
