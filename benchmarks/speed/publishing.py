"""Writing many records to Kafka quickly: batches built for each partition."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from aiokafka import AIOKafkaProducer

from features.hashing import IntArray, murmur2_partition

__all__ = ["Records", "owners_of_users", "publish"]

BATCH_BYTES = 1 << 20
IN_FLIGHT = 64


@dataclass(frozen=True)
class Records:
    """Records of one topic: keys and values, in order."""

    keys: Sequence[bytes]
    values: Sequence[bytes]


def owners_of_users(users: int, partitions: int) -> IntArray:
    """Return the partition of each of the first `users` users of the floods, int64[users]."""
    parts = [
        murmur2_partition(
            [b"user-%07d" % user for user in range(start, min(start + 200_000, users))], partitions
        )
        for start in range(0, users, 200_000)
    ]
    return np.concatenate(parts)


async def publish(
    bootstrap_servers: str, topic: str, parts: Iterable[tuple[Records, IntArray]]
) -> None:
    """Write records (with the partition of each, int64[n]) as fast as the broker takes them."""
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers, max_batch_size=BATCH_BYTES, max_request_size=4 << 20
    ) as producer:
        writer = _Writer(producer, topic)
        for records, owners in parts:
            for partition in np.unique(owners).tolist():
                rows = np.flatnonzero(owners == partition).tolist()
                await writer.write(records, rows, partition)
        await writer.finish()


class _Writer:
    """Open batches by partition, and what is on its way."""

    def __init__(self, producer: Any, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self._open: dict[int, Any] = {}
        self._sent: list[Any] = []

    async def write(self, records: Records, rows: Sequence[int], partition: int) -> None:
        batch = self._open.get(partition) or self._producer.create_batch()
        keys, values = records.keys, records.values
        for row in rows:
            if batch.append(key=keys[row], value=values[row], timestamp=None) is None:
                await self._send(batch, partition)
                batch = self._producer.create_batch()
                batch.append(key=keys[row], value=values[row], timestamp=None)
        self._open[partition] = batch

    async def finish(self) -> None:
        for partition, batch in self._open.items():
            await self._send(batch, partition)
        self._open.clear()
        await asyncio.gather(*self._sent)

    async def _send(self, batch: Any, partition: int) -> None:
        if not batch.record_count():
            return
        self._sent.append(await self._producer.send_batch(batch, self._topic, partition=partition))
        if len(self._sent) >= IN_FLIGHT:
            await asyncio.gather(*self._sent)
            self._sent.clear()
