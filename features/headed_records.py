"""Kafka records to be written, as columns over one buffer, with their headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.hashing import IntArray
from features.raw_records import RawRecords

__all__ = ["HeadedRecords", "HeaderColumn"]

HeaderColumn = bytes | tuple[IntArray, IntArray]
"""What a header says: the same bytes in every record, or int64[n] of where in `records.data` and
int64[n] of how many bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadedRecords:
    """Records to be written that all carry headers of the same names, in the same order.

    Attributes
    ----------
    records : n keys and values; their offsets mean nothing before they are written.
    headers : names, in the order in which they are written, with what each says.

    >>> import numpy as np
    >>> records = RawRecords.of([b"ann", b"bob"], [b"1", b"2"])
    >>> headed = HeadedRecords(
    ...     records, [("kind", b"k"), ("user", (records.key_at, records.key_size))]
    ... )
    >>> headed.headers_of(1)
    [('kind', b'k'), ('user', b'bob')]
    """

    records: RawRecords
    headers: Sequence[tuple[str, HeaderColumn]]

    def __len__(self) -> int:
        return len(self.records)

    def headers_of(self, place: int) -> list[tuple[str, bytes]]:
        """Return the headers of the record at `place`."""
        return [(name, self._said(column, place)) for name, column in self.headers]

    def _said(self, column: HeaderColumn, place: int) -> bytes:
        if isinstance(column, bytes):
            return column
        at, size = int(column[0][place]), int(column[1][place])
        return self.records.data[at : at + size].tobytes()
