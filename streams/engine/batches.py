"""What a fetch brought of a partition as a few Faust messages.

Faust spends 60-100 µs on each message whatever the agent does, so here one message is up to
`BATCH_RECORDS` records of one topic partition. Both hooks, `ConsumerScheduler` and `Schema`, are
public settings of Faust (ADR-0002).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from faust import Schema
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from features.raw_records import RawRecords
from streams.raw.fetched import Fetched

__all__ = ["BATCH_RECORDS", "BatchScheduler", "BatchSchema", "RecordBatch"]

BATCH_RECORDS = 16_000
"""So that the event loop has its turn every few hundredths of a second."""


class RecordBatch:
    """All records of one topic partition between two offsets, in the shape of an aiokafka record.

    Attributes
    ----------
    records : what the log holds between `start` and `end`, possibly nothing.
    start, end : offsets; a record that is not among `records` does not exist, for readers of
        committed records. Between two batches nothing of the kind is known: Faust may lose a
        batch or a whole fetch around a rebalance.
    offset : the last one before `end`, which is what Faust tracks.
    """

    __slots__ = ("end", "offset", "partition", "records", "start", "timestamp", "topic")

    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_type = 0
    checksum: int | None = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, tp: TP, fetched: Fetched) -> None:
        self.topic = tp.topic
        self.partition = tp.partition
        self.records: RawRecords = fetched.records
        self.start = fetched.start
        self.end = fetched.end
        self.offset = fetched.end - 1
        self.timestamp: int | None = None

    @property
    def value(self) -> RecordBatch:
        """The message's value: the batch itself."""
        return self


class BatchScheduler(DefaultSchedulingStrategy):
    """Turn what was fetched of each partition into a few `RecordBatch` messages."""

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """Yield the batches of one fetch, topics and partitions in turn."""
        return self.records_iterator(
            self.map_from_records({tp: self._batches(tp, parts) for tp, parts in records.items()})
        )

    def _batches(self, tp: TP, fetched: list[Fetched]) -> list[Any]:
        return [RecordBatch(tp, part) for one in fetched for part in one.cut(BATCH_RECORDS)]


class BatchSchema(Schema[Any, Any]):
    """Pass a `RecordBatch` through Faust undecoded."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> None:  # noqa: ARG002 Faust's names
        """No key: a batch has many."""
        return

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002 Faust's names
        """The batch as it is."""
        return message.value
