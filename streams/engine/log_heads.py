"""Where logs end, with what was committed a moment ago.

A commit answers before its markers are in every log, and until then `read_committed` sees an
older end. Who must not miss what was committed before asks for the high watermark and reads,
committed records only, until it is passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.connection import kafka_client_options
from streams.engine.broadcast import patiently
from streams.engine.one_shot import stop_consumer

__all__ = ["LogHeads"]


class LogHeads:
    """Asks for high watermarks, or for where `read_committed` ends, on a connection of its own.

    A question on a connection that waits for records would wait too.
    """

    def __init__(self, kafka: Any, *, committed: bool = False) -> None:
        self._kafka = kafka
        self._isolation = "read_committed" if committed else "read_uncommitted"
        self._consumer: Any = None

    async def start(self) -> None:
        """Connect."""
        self._consumer = AIOKafkaConsumer(
            **kafka_client_options(self._kafka), isolation_level=self._isolation
        )
        await self._consumer.start()

    async def stop(self) -> None:
        """Disconnect."""
        await stop_consumer(self._consumer)

    async def of(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The offsets after the last records of topic partitions, as of now."""
        asked = [TopicPartition(*place) for place in places]
        ends = await patiently(lambda: self._consumer.end_offsets(asked)) if asked else {}
        return {(tp.topic, tp.partition): int(offset) for tp, offset in ends.items()}
