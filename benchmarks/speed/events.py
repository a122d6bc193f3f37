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

TYPES = ("watch", "like", "comment", "gift", "share", "search", "product_view", "follow")
SHARES = (0.62, 0.12, 0.12, 0.03, 0.03, 0.03, 0.03, 0.02)
CATEGORIES = ("beauty", "fashion", "food", "digital", "home", "toys", "sports", "books")
BATCH_BYTES = 1 << 20
EVENT_BYTES = 240
VISIT_EVENTS = 8
VISIT_MS = 240_000
EXTRA: dict[str, dict[str, Any]] = {
    "watch": {"dwell_ms": 30_000},
    "gift": {"amount": 5.0},
    "search": {"query": "lipstick"},
}


def behaviour(
    events: int, users: int, first_ts: int, *, seed: int = 7, hosts: int = 2_000
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, value) of interactions in the order of their times, one a millisecond.

    People visit streams: a visit is an `enter` and seven more events of one user in one stream
    within minutes, as on the wire of a live platform; a few hosts draw most of the visits.

    Parameters
    ----------
    first_ts : epoch ms of the first event.
    """
    rng = np.random.default_rng(seed)
    visits = -(-events // VISIT_EVENTS)
    visit = np.repeat(np.arange(visits), VISIT_EVENTS)
    began = np.sort(rng.integers(0, events, visits))
    since = np.sort(rng.integers(0, VISIT_MS, (visits, VISIT_EVENTS)), axis=1)
    since[:, 0] = 0
    order = np.argsort(began[visit] + since.ravel(), kind="stable")[:events]
    kinds = rng.choice(len(TYPES), visits * VISIT_EVENTS, p=SHARES)
    who = rng.integers(0, users, visits)[visit[order]].tolist()
    host_of = np.minimum(rng.zipf(1.3, visits) - 1, hosts - 1)[visit[order]].tolist()
    enters = (order % VISIT_EVENTS == 0).tolist()
    rows = zip(who, host_of, kinds[order].tolist(), enters, strict=True)
    for number, (user, host, kind, enter) in enumerate(rows):
        yield _record(number, first_ts + number, user, host, "enter" if enter else TYPES[kind])


def _record(number: int, ts: int, user: int, host: int, kind: str) -> tuple[bytes, bytes]:
    user_id = f"user-{user:07d}"
    event = {
        "event_id": f"event-{number:012d}",
        "type": kind,
        "user_id": user_id,
        "ts": ts,
        "stream_id": f"stream-{host:06d}",
        "host_id": f"host-{host:06d}",
        "category": CATEGORIES[host % len(CATEGORIES)],
        **EXTRA.get(kind, {}),
    }
    # Producers send fields that Livecue does not read; one of them brings all to equal length.
    short = EVENT_BYTES - len(orjson.dumps(event)) - len(b',"client":""')
    event["client"] = "x" * max(short, 0)
    return user_id.encode(), orjson.dumps(event)


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
