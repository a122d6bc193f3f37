"""Fetched records as a few messages."""

from __future__ import annotations

from faust.types import TP

from streams.engine.batches import (
    BATCH_RECORDS,
    BatchScheduler,
    BatchSchema,
    RecordBatch,
    in_columns,
)
from streams.testing import MemoryRecord


def _rows(*offsets: int) -> list[MemoryRecord]:
    return [MemoryRecord(offset, b"k", b"v") for offset in offsets]


def _iterate(fetched: dict[TP, list[MemoryRecord]]) -> list[tuple[TP, RecordBatch]]:
    # Faust declares the constructor of every scheduler abstract.
    scheduler = BatchScheduler()  # type: ignore[abstract]
    return list(scheduler.iterate(fetched))


def test_a_fetch_is_cut_into_batches_that_follow_each_other() -> None:
    """A batch has at most `BATCH_RECORDS`, and knows where the one before it ended."""
    count = 2 * BATCH_RECORDS + 1
    batches = [batch for _, batch in _iterate({TP("t", 0): _rows(*range(count))})]
    ends = [(batch.first_offset, batch.offset, batch.follows) for batch in batches]
    assert ends == [
        (0, BATCH_RECORDS - 1, None),
        (BATCH_RECORDS, 2 * BATCH_RECORDS - 1, BATCH_RECORDS),
        (2 * BATCH_RECORDS, 2 * BATCH_RECORDS, 2 * BATCH_RECORDS),
    ]


def test_nothing_is_known_between_two_fetches() -> None:
    """Faust may lose a whole fetch, so the first batch of each follows nothing."""
    scheduler = BatchScheduler()  # type: ignore[abstract]
    tp = TP("t", 0)
    firsts = [next(iter(scheduler.iterate({tp: _rows(at)})))[1] for at in (0, 1, 7)]
    assert [batch.follows for batch in firsts] == [None, None, None]


def test_topics_and_partitions_come_in_turn() -> None:
    """A topic with many records does not hold up the others."""
    fetched = {
        TP("a", 0): _rows(*range(3 * BATCH_RECORDS)),
        TP("a", 1): _rows(0),
        TP("b", 0): _rows(0),
    }
    order = [tp for tp, _ in _iterate(fetched)]
    assert sorted(order[:3]) == sorted(fetched)
    assert len(order) == 5


def test_a_batch_looks_like_its_last_record() -> None:
    """Faust tracks the offset of the last record and hands the whole batch on, undecoded."""
    batch = RecordBatch(TP("t", 3), in_columns(_rows(4, 9)), follows=None)
    assert (batch.topic, batch.partition, batch.first_offset, batch.offset) == ("t", 3, 4, 9)
    schema = BatchSchema()
    assert schema.loads_value(None, batch) is batch
    schema.loads_key(None, batch)
    assert batch.records.offset.tolist() == [4, 9]
