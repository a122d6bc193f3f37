"""What can be written to Kafka: one record, or many as columns, made or yet to be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from features.raw_records import RawRecords

__all__ = ["Outgoing", "Record", "column_bytes", "one_by_one", "record_count"]

NO_HEADERS: list[tuple[str, bytes]] = []


class Record(NamedTuple):
    """A record to write: key, value and headers as bytes."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] = NO_HEADERS


Outgoing = Record | RawRecords | HeadedRecords | LaterRecords
"""What can be written: one record, or many as columns, with or without headers, made or yet to be.

Columns are written without a Python object a record; their offsets are not looked at.
"""


def record_count(outgoing: Sequence[Outgoing]) -> int:
    """Return how many records there are.

    >>> record_count([Record(b"a", None), RawRecords.of([b"b", b"c"], [b"", b""])])
    3
    """
    return sum(1 if isinstance(chunk, Record) else len(chunk) for chunk in outgoing)


def column_bytes(outgoing: Iterable[Outgoing]) -> int:
    """Return the memory that the columns take now; single records are few.

    >>> column_bytes([Record(b"a", b"12"), RawRecords.of([b"b", b"c"], [b"34", b""])])
    4
    """
    return sum(_column_bytes(chunk) for chunk in outgoing if not isinstance(chunk, Record))


def _column_bytes(chunk: RawRecords | HeadedRecords | LaterRecords) -> int:
    if isinstance(chunk, LaterRecords):
        return chunk.nbytes
    return (chunk.records if isinstance(chunk, HeadedRecords) else chunk).data.nbytes


def one_by_one(outgoing: Iterable[Outgoing], after: int = 0) -> Iterator[Record]:
    """Yield every record of what is or was written, in order, after so many first ones.

    >>> [record.key for record in one_by_one([Record(b"a", None), RawRecords.of([b"b"], [b""])])]
    [b'a', b'b']
    >>> [record.key for record in one_by_one([RawRecords.of([b"a", b"b"], [b"1", b"2"])], after=1)]
    [b'b']
    """
    for chunk in outgoing:
        count = record_count([chunk])
        if after < count:
            yield from _one_by_one(chunk, after)
        after = max(after - count, 0)


def _one_by_one(chunk: Outgoing, after: int) -> Iterator[Record]:
    if isinstance(chunk, Record):
        yield chunk
    elif isinstance(chunk, LaterRecords):
        rest = chunk.without(after)
        yield from one_by_one(rest, after - (len(chunk) - len(rest)))
    elif isinstance(chunk, HeadedRecords):
        rows = chunk.records
        for place in range(after, len(rows)):
            yield Record(rows.key(place), rows.value(place), chunk.headers_of(place))
    else:
        yield from map(Record, chunk.keys()[after:], chunk.values()[after:])
