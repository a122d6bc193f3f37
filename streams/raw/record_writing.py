"""Columns laid out as the records of a record batch of version 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

__all__ = ["Layout", "lay_out"]

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


class Layout:
    """Chunks of records that are laid out batch by batch, one behind the other.

    All records have the time of their batch, and offsets from 0 on in each. A chunk is asked for
    when its first record may fit.
    """

    def __init__(self, chunks: Iterable[HeadedRecords]) -> None:
        self._coming = (_Columns.of(chunk) for chunk in chunks if len(chunk))
        self._left: list[_Columns] = []
        self._first = 0
        self._has(0)

    def __bool__(self) -> bool:
        """Whether there are records left."""
        return bool(self._left)

    def batch(self, most_bytes: int) -> tuple[memoryview, int]:
        """Return room for a batch's header, the next records behind, and how many they are.

        They stay the next ones until they are passed (`advance`).

        Parameters
        ----------
        most_bytes : of the buffer; a single record may be larger.
        """
        parts: list[tuple[_Columns, int, int, int]] = []
        size, count, first = HEADER_BYTES, 0, self._first
        while self._has(len(parts)):
            columns = self._left[len(parts)]
            fitting, size = _fitting(columns.sizes, first, most_bytes, size, count)
            parts.append((columns, first, fitting, count))
            count += fitting
            if first + fitting < len(columns):
                break
            first = 0
        # Not a `bytearray`, which is emptied before it is filled.
        out, to = np.empty(size, np.uint8), HEADER_BYTES
        for columns, first, fitting, place in parts:
            to = _write(out, to, *columns.written, (first, fitting, place))
        return out.data, count

    def advance(self, count: int) -> None:
        """Pass as many records."""
        self._first += count
        while self._left and self._first >= len(self._left[0]):
            self._first -= len(self._left.pop(0))
        self._has(0)

    def _has(self, place: int) -> bool:
        """Whether there is such a chunk of those that are left."""
        if place == len(self._left) and (columns := next(self._coming, None)) is not None:
            self._left.append(columns)
        return place < len(self._left)


def lay_out(outgoing: HeadedRecords, most_bytes: int) -> Iterator[tuple[memoryview, int]]:
    """Yield all batches of one chunk, as `Layout.batch` has them."""
    layout = Layout([outgoing])
    while layout:
        buffer, count = layout.batch(most_bytes)
        yield buffer, count
        layout.advance(count)


@dataclass(frozen=True, slots=True)
class _Columns:
    """A chunk as the kernels take it: what is written, and the sizes alone."""

    written: tuple[Bytes, tuple[Ints, Ints], tuple[Ints, Ints], Bytes, tuple[Ints, Ints, Ints]]
    sizes: tuple[Ints, Ints, Ints, Ints]

    @classmethod
    def of(cls, chunk: HeadedRecords) -> _Columns:
        records, headers = chunk.records, _headers(chunk)
        keys = (_dense(records.key_at), _dense(records.key_size))
        values = (_dense(records.value_at), _dense(records.value_size))
        where = (headers.fixed_end, headers.at, headers.size)
        written = (read_only(records.data), keys, values, headers.fixed, where)
        return cls(written, (keys[1], values[1], headers.fixed_end, headers.size))

    def __len__(self) -> int:
        return len(self.sizes[0])


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
def _fitting(
    sizes: tuple[Ints, Ints, Ints, Ints], first: int, most_bytes: int, size: int, place: int
) -> tuple[int, int]:
    """How many records from `first` on fit, at least one in a batch, and its bytes with them.

    `sizes` are those of keys and values, where the fixed parts of the headers end, and the sizes of
    the columns of headers; `size` are the bytes before the first of them, and `place` the records.
    """
    key_size, value_size, fixed_end, columns = sizes
    row = first
    while row < len(key_size):
        behind = place + row - first
        body = _body_size(key_size, value_size, fixed_end[-1], columns, row, behind)
        if behind > 0 and size + _sized(body) > most_bytes:
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
    to: int,
    data: Bytes,
    keys: tuple[Ints, Ints],
    values: tuple[Ints, Ints],
    fixed: Bytes,
    where: tuple[Ints, Ints, Ints],
    rows: tuple[int, int, int],
) -> int:
    """Write rows from the first on, so many, before which there are others in the batch."""
    first, count, before = rows
    fixed_end, column_at, column_size = where
    for row in range(first, first + count):
        place = before + row - first
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
    return to
