"""Bare aiokafka, orjson and a dict: the ceiling of this client in Python, nothing durable."""

from __future__ import annotations

import asyncio
import sys
import time

import orjson
from aiokafka import AIOKafkaConsumer

from benchmarks.peers.python.progress import checksum, say

REPORT_S = 0.05


async def main(bootstrap: str, topic: str, events: int, group: str) -> None:
    """Count until all events are counted."""
    counts: dict[tuple[str, str], int] = {}
    done, told = 0, time.monotonic()
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 << 20,
    )
    await consumer.start()
    try:
        while done < events:
            for records in (await consumer.getmany(timeout_ms=200, max_records=20_000)).values():
                for record in records:
                    event = orjson.loads(record.value)
                    cell = (event["user_id"], event["type"])
                    counts[cell] = counts.get(cell, 0) + 1
                done += len(records)
            if time.monotonic() - told > REPORT_S:
                told = time.monotonic()
                say(done=done)
        say(done=done, durable=True)
        say(checksum=checksum(counts), rows={})
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
