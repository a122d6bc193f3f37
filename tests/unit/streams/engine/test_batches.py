"""What was fetched as a few messages."""

from __future__ import annotations

from faust.types import TP

from features.raw_records import RawRecords
from streams.engine.batches import BATCH_RECORDS, BatchScheduler, BatchSchema, RecordBatch
from streams.raw.fetched import Fetched


def _fetched(count: int, start: int = 0) -> Fetched:
    records = RawRecords.of([b"k"] * count, [b"v"] * count, start)
    return Fetched(records, start, start + count)


def _iterate(fetched: dict[TP, list[Fetched]]) -> list[tuple[TP, RecordBatch]]:
    # Faust declares the constructor of every scheduler abstract.
    scheduler = BatchScheduler()  # type: ignore[abstract]
    return list(scheduler.iterate(fetched))


def test_a_fetch_is_cut_into_batches_that_follow_each_other() -> None:
    """A batch has at most `BATCH_RECORDS`, and begins where the one before it ended."""
    count = 2 * BATCH_RECORDS + 1
    batches = [batch for _, batch in _iterate({TP("t", 0): [_fetched(count)]})]
    ends = [(batch.start, batch.end, len(batch.records)) for batch in batches]
    assert ends == [
        (0, BATCH_RECORDS, BATCH_RECORDS),
        (BATCH_RECORDS, 2 * BATCH_RECORDS, BATCH_RECORDS),
        (2 * BATCH_RECORDS, count, 1),
    ]


def test_topics_and_partitions_come_in_turn() -> None:
    """A topic with many records does not hold up the others."""
    fetched = {
        TP("a", 0): [_fetched(3 * BATCH_RECORDS)],
        TP("a", 1): [_fetched(1)],
        TP("b", 0): [_fetched(1)],
    }
    order = [tp for tp, _ in _iterate(fetched)]
    assert sorted(order[:3]) == sorted(fetched)
    assert len(order) == 5


def test_a_batch_looks_like_its_last_record() -> None:
    """Faust tracks the offset before its end and hands the whole batch on, undecoded."""
    batch = RecordBatch(TP("t", 3), Fetched(RawRecords.of([b"k"], [b"v"], 4), 3, 10))
    assert (batch.topic, batch.partition, batch.start, batch.offset) == ("t", 3, 3, 9)
    schema = BatchSchema()
    assert schema.loads_value(None, batch) is batch
    schema.loads_key(None, batch)
    assert batch.records.offset.tolist() == [4]


def test_a_fetch_without_records_is_a_batch_too() -> None:
    """So that the partition learns that there was nothing but markers."""
    ((_, batch),) = _iterate({TP("t", 0): [Fetched(RawRecords.of([], []), 7, 9)]})
    assert (batch.start, batch.end, len(batch.records)) == (7, 9, 0)
