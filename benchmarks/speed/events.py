"""A flood of behaviour for the speed benchmarks: seeded, 240 bytes an event, all partitions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
from aiokafka import AIOKafkaProducer

from features.hashing import murmur2_partition

__all__ = ["behaviour", "publish_behaviour"]

TYPES = ("watch", "enter", "like", "comment", "app_open", "share", "gift", "search", "follow")
SHARES = (0.45, 0.15, 0.12, 0.10, 0.08, 0.03, 0.02, 0.03, 0.02)
CATEGORIES = ("beauty", "fashion", "food", "digital", "home", "toys", "sports", "books")
BATCH_BYTES = 1 << 20


def behaviour(
    events: int, users: int, first_ts: int, *, seed: int = 7, hosts: int = 2_000
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, value) of `events` interactions of `users` people, times ascending.

    Parameters
    ----------
    first_ts : epoch ms of the first event; one event a millisecond follows.
    """
    rng = np.random.default_rng(seed)
    who = rng.integers(0, users, events).tolist()
    kinds = rng.choice(len(TYPES), events, p=SHARES).tolist()
    # A few hosts draw most of the viewers, as on every live platform.
    host_of = np.minimum(rng.zipf(1.3, events) - 1, hosts - 1).tolist()
    for number, (user, kind, host) in enumerate(zip(who, kinds, host_of, strict=True)):
        user_id = f"user-{user:07d}"
        event: dict[str, Any] = {
            "event_id": f"event-{number:012d}",
            "type": TYPES[kind],
            "user_id": user_id,
            "ts": first_ts + number,
            "stream_id": f"stream-{host:06d}-{number % 3}",
            "host_id": f"host-{host:06d}",
            "category": CATEGORIES[host % len(CATEGORIES)],
        }
        if kind == 0:
            event["dwell_ms"] = 30_000
        elif TYPES[kind] == "gift":
            event["amount"] = 5.0
        elif TYPES[kind] == "search":
            event["query"] = "lipstick"
        # Producers send fields that Livecue does not read; pad to 240 bytes with one.
        short = 240 - len(orjson.dumps(event)) - len(b',"client":""')
        event["client"] = "x" * max(short, 0)
        yield user_id.encode(), orjson.dumps(event)


async def publish_behaviour(
    bootstrap_servers: str, topic: str, partitions: int, records: list[tuple[bytes, bytes]]
) -> None:
    """Write records to the partitions of their keys, as fast as the broker takes them."""
    owners = murmur2_partition([key for key, _ in records], partitions)
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers, max_batch_size=BATCH_BYTES, max_request_size=4 << 20
    ) as producer:
        await asyncio.gather(
            *(
                _publish(
                    producer, topic, number, [records[i] for i in np.flatnonzero(owners == number)]
                )
                for number in range(partitions)
            )
        )


async def _publish(
    producer: Any, topic: str, partition: int, records: list[tuple[bytes, bytes]]
) -> None:
    batch = producer.create_batch()
    for key, value in records:
        if batch.append(key=key, value=value, timestamp=None) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None)
    await (await producer.send_batch(batch, topic, partition=partition))
