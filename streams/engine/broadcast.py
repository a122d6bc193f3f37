"""Topics that every worker reads whole: `streams`, `clock`, `models`, `watermarks`.

A group-less consumer reads each from the beginning and then tails it. No Faust GlobalTable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from streams.connection import kafka_client_options
from streams.engine.one_shot import stop_consumer

__all__ = ["BroadcastReader", "patiently"]

logger = logging.getLogger(__name__)
PAUSE_S = 0.5
T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask Kafka until it answers; nothing can be decided without it, and nothing is lost."""
    while True:
        try:
            return await ask()
        except (TimeoutError, KafkaError) as error:
            logger.warning("waiting for Kafka: %r", error)
            await asyncio.sleep(PAUSE_S)


class BroadcastReader:
    """Tail some single-partition topics and hand their committed records over in batches.

    Parameters
    ----------
    topics : full names; partition 0 of each is read from its beginning.
    """

    def __init__(self, kafka: Any, topics: Sequence[str]) -> None:
        self._partitions = [TopicPartition(topic, 0) for topic in topics]
        self._kafka = kafka
        self._consumer: Any = None

    async def start(self) -> None:
        """Connect and go to the beginning."""
        self._consumer = AIOKafkaConsumer(
            **kafka_client_options(self._kafka),
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=500,
        )
        await self._consumer.start()
        self._consumer.assign(self._partitions)
        await self._consumer.seek_to_beginning(*self._partitions)

    async def stop(self) -> None:
        """Disconnect."""
        await stop_consumer(self._consumer)

    async def fetch(self, timeout_ms: int = 1000) -> dict[str, list[Any]]:
        """Records that came, by topic; empty when none did within `timeout_ms`."""
        fetched = await patiently(
            lambda: self._consumer.getmany(timeout_ms=timeout_ms, max_records=20_000)
        )
        return {tp.topic: rows for tp, rows in fetched.items()}

    async def position(self, topic: str) -> int:
        """Offset of the next record to be fetched."""
        return int(await patiently(lambda: self._consumer.position(TopicPartition(topic, 0))))

    async def end_offsets(
        self, partitions: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], int]:
        """End offsets of any topic partitions, as of now."""
        asked = [TopicPartition(*tp) for tp in partitions]
        ends = await patiently(lambda: self._consumer.end_offsets(asked)) if asked else {}
        return {(tp.topic, tp.partition): int(offset) for tp, offset in ends.items()}

    async def catch_up(self, topic: str) -> list[Any]:
        """Read one topic to its end of now; records of the others must be taken with `fetch`."""
        rows: list[Any] = []
        end = (await self.end_offsets([(topic, 0)]))[(topic, 0)]
        tp = TopicPartition(topic, 0)
        while await self._consumer.position(tp) < end:
            fetched = await self._consumer.getmany(tp, timeout_ms=200, max_records=20_000)
            rows.extend(fetched.get(tp, []))
            await asyncio.sleep(0)
        return rows
