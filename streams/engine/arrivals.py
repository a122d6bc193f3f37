"""What was fetched for one partition: how far each input is taken over, and what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from features.errors import LivecueError
from features.raw_records import RawRecords
from streams.engine.batches import RecordBatch
from streams.engine.broadcast import patiently
from streams.engine.buffers import RecordBuffer
from streams.engine.cursor import InputCursor, Verdict
from streams.engine.input_consumer import InputConsumer
from streams.engine.log_range import is_hole

__all__ = ["Arrivals", "PartitionClosedError"]

STALL_S = 0.1


class PartitionClosedError(LivecueError):
    """The partition was given up while something waited for it."""


class Arrivals:
    """Takes over fetched batches without a gap, and hands out what waits.

    Parameters
    ----------
    number : user partition.
    kafka : settings of the brokers, which are asked whether a gap is one of the log itself.
    """

    def __init__(self, number: int, kafka: Any, consumer: InputConsumer) -> None:
        self._number = number
        self._kafka = kafka
        self._consumer = consumer
        self._cursors: dict[str, InputCursor] = {}
        self._waiting: dict[str, RecordBuffer] = {}
        self._arrived = asyncio.Event()
        self._stopped = False

    @property
    def next(self) -> dict[str, int]:
        """Offset of the next record to take over, by full topic name; empty before `begin`."""
        return {topic: cursor.next for topic, cursor in self._cursors.items()}

    @property
    def handed_out(self) -> dict[str, int]:
        """Offset of the next record to hand out, by full topic name."""
        waiting = {topic: rows.first_offset for topic, rows in self._waiting.items()}
        return {
            topic: cursor.next if (first := waiting[topic]) is None else first
            for topic, cursor in self._cursors.items()
        }

    @property
    def nbytes(self) -> int:
        """Memory of the records that wait."""
        return sum(rows.nbytes for rows in self._waiting.values())

    def nbytes_of(self, topic: str) -> int:
        """Memory of the records of one topic that wait."""
        return self._waiting[topic].nbytes

    def begin(self, offsets: Mapping[str, int]) -> None:
        """Take over from these offsets on, by full topic name."""
        self._cursors = {topic: InputCursor(offset) for topic, offset in offsets.items()}
        self._waiting = {topic: RecordBuffer() for topic in offsets}

    def stop(self) -> None:
        """Take nothing over any more; who waits for something gets `PartitionClosedError`."""
        self._stopped = True
        self._arrived.set()

    async def take_over(self, batch: RecordBatch) -> bool:
        """Take a fetched batch over; if records before it got lost on the way, seek back.

        Returns
        -------
        Whether there is more to be had than before.
        """
        cursor = self._cursors[batch.topic]
        verdict = cursor.judge(batch.start, batch.end)
        if verdict is Verdict.GAP:
            if not await self._is_hole(batch.topic, cursor.next, batch.start):
                await self._consumer.seek(batch.topic, self._number, cursor.next)
                return False
            if not self._stopped and batch.end > cursor.next:
                verdict = Verdict.ACCEPT
        if verdict is not Verdict.ACCEPT:
            return False
        self._waiting[batch.topic].extend(batch.records, cursor.next)
        cursor.advance(batch.end)
        self._arrived.set()
        return True

    def take_all(self, *, but: str | None = None) -> dict[str, RawRecords]:
        """Remove and return all records that wait, by topic, `but` those of one topic."""
        return {
            topic: rows.take_all() for topic, rows in self._waiting.items() if rows and topic != but
        }

    def take_until(self, ends: Mapping[str, int]) -> dict[str, RawRecords]:
        """Remove and return by topic the records before these offsets."""
        return {topic: self._waiting[topic].take_until(end) for topic, end in ends.items()}

    async def reach(self, topic: str, end: int, stall_s: float = STALL_S) -> None:
        """Wait until everything before `end` has been taken over.

        `stall_s`: after so long without anything new the log is asked what keeps it.
        """
        cursor = self._cursors[topic]
        while cursor.next < end:
            if self._stopped:
                raise PartitionClosedError(f"partition {self._number} has been given up")
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), stall_s)
            except TimeoutError:
                await self._pass_stall(topic, cursor, end)

    async def _pass_stall(self, topic: str, cursor: InputCursor, end: int) -> None:
        """Nothing arrives: pass over a hole that reaches to `end`, fetch again what was lost."""
        start = cursor.next
        hole = await self._is_hole(topic, start, end)
        if cursor.next != start:
            return
        if hole:
            cursor.advance(end)
        elif await self._consumer.position(topic, self._number) >= end:
            await self._consumer.seek(topic, self._number, start)

    async def _is_hole(self, topic: str, start: int, end: int) -> bool:
        tp = (topic, self._number)
        return await patiently(lambda: is_hole(self._kafka, tp, start, end))
