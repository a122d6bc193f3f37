"""Whom a commit removed: read off what it wrote to the changelog."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from features.raw_records import NO_BYTES, RawRecords
from streams.engine.outgoing import Outgoing, Record, one_by_one

__all__ = ["removed_users"]


def removed_users(outgoing: Sequence[Outgoing]) -> list[str]:
    """Return the users whose rows are tombstones among what was written to `state`.

    >>> from streams.engine.outgoing import Record
    >>> removed_users([Record(b"ann", None), Record(b"bob", b"row"), Record(b"\\xfff1", None)])
    ['ann']
    >>> removed_users([RawRecords.of([b"ann", b"bob"], [b"row", None])])
    ['bob']
    """
    return [
        record.key.decode()
        for record in one_by_one([_tombstones(chunk) for chunk in outgoing])
        if record.value is None and record.key is not None and record.key[:1] != b"\xff"
    ]


def _tombstones(chunk: Outgoing) -> Outgoing:
    """Of columns only the tombstones, which are few; all else as it is."""
    if isinstance(chunk, Record | LaterRecords):
        return chunk
    records: RawRecords = chunk.records if isinstance(chunk, HeadedRecords) else chunk
    return records.take(np.flatnonzero(records.value_size == NO_BYTES))
