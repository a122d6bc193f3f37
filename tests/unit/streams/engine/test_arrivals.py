"""What waits of one partition's inputs, and from where on it would be read again."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from faust.types import TP

from features.raw_records import RawRecords
from streams.engine.arrivals import Arrivals
from streams.engine.batches import RecordBatch
from streams.raw.fetched import Fetched


def batch(topic: str, start: int, end: int) -> RecordBatch:
    """The records of a topic from one offset to another."""
    count = end - start
    rows = RawRecords.of([b"user"] * count, [b"{}"] * count, first_offset=start)
    return RecordBatch(TP(topic, 0), Fetched(rows, start, end))


def test_what_is_held_back_is_not_said_to_be_applied() -> None:
    """Its offset stays where the first of it lies, however much more comes."""
    unused: Any = SimpleNamespace()
    arrivals = Arrivals(0, unused, unused)
    arrivals.begin({"events": 0, "feedback": 5})

    async def take_over() -> None:
        for come in (batch("events", 0, 3), batch("feedback", 5, 7), batch("feedback", 7, 9)):
            assert await arrivals.take_over(come)

    asyncio.run(take_over())
    assert list(arrivals.take_all(but="feedback")) == ["events"]
    assert arrivals.next == {"events": 3, "feedback": 9}
    assert arrivals.handed_out == {"events": 3, "feedback": 5}
    assert arrivals.nbytes_of("feedback") == arrivals.nbytes > 0
    assert {topic: len(rows) for topic, rows in arrivals.take_all().items()} == {"feedback": 4}
    assert arrivals.handed_out == arrivals.next
