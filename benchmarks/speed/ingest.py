"""Events per second through the whole path of one worker process, exactly-once and durable.

Decode, validate, deduplicate, every feature and affinity, one transaction a partition: what
`livecue worker` does. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import orjson
import psutil
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from benchmarks.speed.events import behaviour, publish_behaviour
from config import Settings, load_settings, topics
from streams.embedded import servers
from streams.runner import effective_settings
from streams.topic_admin import ensure_topics

__all__ = ["measure"]

PATIENCE_S = 300.0


def measure(events: int, users: int) -> dict[str, Any]:
    """Publish the events, start one worker on them, and time it by its own watermarks."""
    prefix = f"ingest{int(time.time())}."
    settings = load_settings({**os.environ, "LIVECUE_TOPICS__PREFIX": prefix})
    with servers(settings, redis=False) as found:
        ensure_topics(
            effective_settings(settings, found).kafka, topics(settings).values(), create=True
        )
        first_ts = int(time.time() * 1000) - events - 60_000
        records = list(behaviour(events, users, first_ts))
        topic = prefix + "interactions"
        partitions = settings.topics.partitions
        asyncio.run(publish_behaviour(found.bootstrap_servers, topic, partitions, records))
        size = sum(len(value) for _, value in records) / events
        del records
        with _worker(found.bootstrap_servers, prefix) as process:
            timing = asyncio.run(_follow(found.bootstrap_servers, settings, events, process))
    return {
        "figure": "ingest",
        "events": events,
        "users": users,
        "partitions": partitions,
        "bytes_per_event": round(size, 1),
        **timing,
        "machine": f"{os.cpu_count()} x {platform.machine()}",
        "python": platform.python_version(),
    }


@contextlib.contextmanager
def _worker(bootstrap_servers: str, prefix: str) -> Iterator[psutil.Process]:
    env = {
        **os.environ,
        "LIVECUE_KAFKA__BOOTSTRAP_SERVERS": bootstrap_servers,
        "LIVECUE_TOPICS__PREFIX": prefix,
        "LIVECUE_REDIS__URL": "",
    }
    child = subprocess.Popen([sys.executable, "-m", "streams", "worker"], env=env)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)


async def _follow(
    bootstrap_servers: str, settings: Settings, events: int, process: psutil.Process
) -> dict[str, float]:
    """Time from the first committed events to the last, by the committed offsets."""
    names = topics(settings)
    tp = TopicPartition(names["watermarks"].name, 0)
    reached: dict[int, int] = {}
    begun: tuple[float, int, float] | None = None
    deadline = time.monotonic() + PATIENCE_S
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    ) as consumer:
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        while time.monotonic() < deadline:
            for row in (await consumer.getmany(tp, timeout_ms=20)).get(tp, []):
                mark = orjson.loads(row.value)
                reached[mark["partition"]] = mark["offsets"].get(names["interactions"].name, 0)
            done, now = sum(reached.values()), time.monotonic()
            if begun is None and done:
                begun = (now, done, sum(process.cpu_times()[:2]))
            if begun is not None and done >= events:
                seconds, counted = now - begun[0], events - begun[1]
                cpu = sum(process.cpu_times()[:2]) - begun[2]
                return {
                    "events_per_s": round(counted / seconds),
                    "events_per_cpu_s": round(counted / cpu),
                    "seconds": round(seconds, 2),
                    "rss_mb": round(process.memory_info().rss / 2**20),
                }
    raise TimeoutError(f"the worker came to {sum(reached.values())} of {events} events")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=200_000)
    chosen = parser.parse_args()
    print(orjson.dumps(measure(chosen.events, chosen.users)).decode())


if __name__ == "__main__":
    main()
