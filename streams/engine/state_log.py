"""Reading a partition's changelog, the topic `state`, back into memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka.structs import TopicPartition

from features.raw_records import RawRecords
from streams.connection import kafka_client_options
from streams.engine.failpoints import failpoint
from streams.engine.one_shot import running
from streams.raw.consumer import RawConsumer

__all__ = ["nothing_committed_since", "replay_committed"]

FETCH_BYTES = 8 << 20
POLL_MS = 200


def _consumer(kafka: Any) -> RawConsumer:
    return RawConsumer(
        **kafka_client_options(kafka),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=4 * FETCH_BYTES,
        fetch_max_wait_ms=50,
    )


async def nothing_committed_since(kafka: Any, topic: str, partition: int, offset: int) -> bool:
    """Whether a `state` partition has no committed record from `offset` on.

    As for `replay_committed`, the partition's producer must have been started before.
    """
    tp = TopicPartition(topic, partition)
    async with running(_consumer(kafka)) as consumer:
        consumer.assign([tp])
        end = int((await consumer.end_offsets([tp]))[tp])
        consumer.seek(tp, offset)
        while await consumer.position(tp) < end:
            fetched = await consumer.getmany(tp, timeout_ms=POLL_MS)
            if any(len(part.records) for part in fetched.get(tp, [])):
                return False
    return True


async def replay_committed(
    kafka: Any,
    topic: str,
    partition: int,
    apply: Callable[[RawRecords], None],
    on_progress: Callable[[int, int], None] = lambda _offset, _end: None,
) -> int:
    """Feed every committed record of a partition to `apply`, in order, up to its end now.

    The partition's producer must have been started before, so that nobody else can still write
    and a transaction left open by a dead owner is aborted.

    Parameters
    ----------
    apply : takes some records; a value that is null is a tombstone. It is called in a thread, so
        that what comes next is fetched meanwhile, and other partitions do not wait.
    on_progress : told the next offset and the end offset, each time some records are applied.

    Returns
    -------
    The end offset reached.
    """
    tp = TopicPartition(topic, partition)
    async with running(_consumer(kafka)) as consumer:
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        end = int((await consumer.end_offsets([tp]))[tp])
        while await consumer.position(tp) < end:
            # One part at a time, so that what is uncompressed takes the place of what was applied.
            fetched = await consumer.getmany(tp, timeout_ms=POLL_MS, max_records=1)
            for part in fetched.get(tp, []):
                await asyncio.to_thread(apply, part.records)
                on_progress(part.end, end)
                failpoint("restore.some_read")
    return end
