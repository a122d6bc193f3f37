"""Whole fetched batches as single Faust messages.

Faust spends 60-100 µs on each message whatever the agent does, so here one message is up to
`BATCH_RECORDS` records of one topic partition. Both hooks, `ConsumerScheduler` and `Schema`, are
public settings of Faust (ADR-0002).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from faust import Schema
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from features.raw_records import RawRecords

__all__ = [
    "BATCH_RECORDS",
    "BatchScheduler",
    "BatchSchema",
    "FetchedRecord",
    "RecordBatch",
    "in_columns",
]

BATCH_RECORDS = 2_000


class FetchedRecord(Protocol):
    """What the engine reads of an aiokafka record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def in_columns(rows: Sequence[FetchedRecord]) -> RawRecords:
    """Lay fetched records out as columns."""
    laid_out = RawRecords.of([row.key for row in rows], [row.value for row in rows])
    return replace(
        laid_out,
        offset=np.array([row.offset for row in rows], np.int64),
        timestamp=np.array([row.timestamp for row in rows], np.int64),
    )


class RecordBatch:
    """Consecutive records of one topic partition, in the shape of one aiokafka record.

    Attributes
    ----------
    records : what was fetched, at least one record.
    offset : offset of the last record, which is what Faust tracks.
    follows : offset after the batch before it in the same fetch, None for a fetch's first batch.
        Records between `follows` and the first offset do not exist. Between two fetches nothing
        of the kind is known: Faust may lose a whole fetch around a rebalance.
    """

    __slots__ = ("follows", "offset", "partition", "records", "timestamp", "topic")

    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_type = 0
    checksum: int | None = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, tp: TP, records: RawRecords, follows: int | None) -> None:
        self.topic = tp.topic
        self.partition = tp.partition
        self.records = records
        self.offset = int(records.offset[-1])
        self.follows = follows
        self.timestamp: int | None = None

    @property
    def value(self) -> RecordBatch:
        """The message's value: the batch itself."""
        return self

    @property
    def first_offset(self) -> int:
        """Offset of the first record."""
        return int(self.records.offset[0])


class BatchScheduler(DefaultSchedulingStrategy):
    """Turn each partition's fetched records into a few `RecordBatch` messages."""

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """Yield the batches of one fetch, topics and partitions in turn."""
        return self.records_iterator(
            self.map_from_records({tp: self._batches(tp, rows) for tp, rows in records.items()})
        )

    def _batches(self, tp: TP, rows: list[Any]) -> list[Any]:
        batches: list[Any] = []
        follows: int | None = None
        for start in range(0, len(rows), BATCH_RECORDS):
            records = in_columns(rows[start : start + BATCH_RECORDS])
            batch = RecordBatch(tp, records, follows)
            follows = batch.offset + 1
            batches.append(batch)
        return batches


class BatchSchema(Schema[Any, Any]):
    """Pass a `RecordBatch` through Faust undecoded."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> None:  # noqa: ARG002 Faust's names
        """No key: a batch has many."""
        return

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002 Faust's names
        """The batch as it is."""
        return message.value
