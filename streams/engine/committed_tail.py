"""What is committed in a log of one partition, read on from where the last reading ended."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.connection import kafka_client_options
from streams.engine.log_heads import LogHeads
from streams.engine.one_shot import stop_consumer
from streams.engine.shared import Shared

__all__ = ["CommittedTail"]


class CommittedTail:
    """Reads partition 0 of a topic, for who lives with user partition 0.

    Attributes
    ----------
    offset : of the next record to read.
    """

    def __init__(self, shared: Shared, heads: LogHeads, topic: str) -> None:
        self.offset = 0
        self._shared = shared
        self._heads = heads
        self._place = TopicPartition(topic, 0)
        self._consumer = AIOKafkaConsumer(
            **kafka_client_options(shared.settings.kafka),
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
        )

    async def open(self, offset: int) -> None:
        """Connect, and read from `offset` on."""
        self.offset = offset
        await self._consumer.start()
        self._consumer.assign([self._place])
        self._consumer.seek(self._place, offset)

    async def close(self) -> None:
        """Disconnect."""
        await stop_consumer(self._consumer)

    async def rows(self) -> list[Any]:
        """Return all records that are committed now and were not read before."""
        end = await self._end()
        rows: list[Any] = []
        while await self._consumer.position(self._place) < end:
            fetched = await self._consumer.getmany(self._place, timeout_ms=200)
            rows.extend(fetched.get(self._place, []))
        # A fetch may bring more than was there when the end was asked for.
        self.offset = max(self.offset, await self._consumer.position(self._place))
        return rows

    async def _end(self) -> int:
        """At a tick: all that its watermarks promise, though the markers are on their way."""
        if self._shared.simulated_time:
            return (await self._heads.of([self._place]))[self._place]
        return int((await self._consumer.end_offsets([self._place]))[self._place])
