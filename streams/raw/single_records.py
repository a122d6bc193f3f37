"""Records that came as Python objects, one by one, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from features.raw_records import NO_TIMESTAMP, RawRecords

__all__ = ["FetchedRecord", "in_columns"]


class FetchedRecord(Protocol):
    """What is read of an aiokafka record."""

    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None


def in_columns(rows: Sequence[FetchedRecord]) -> RawRecords:
    """Lay records of one topic partition, offsets ascending, out as columns."""
    times = [NO_TIMESTAMP if row.timestamp is None else row.timestamp for row in rows]
    return replace(
        RawRecords.of([row.key for row in rows], [row.value for row in rows]),
        offset=np.array([row.offset for row in rows], np.int64),
        timestamp=np.array(times, np.int64),
    )
