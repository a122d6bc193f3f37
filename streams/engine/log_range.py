"""Asking a log directly what it holds between two offsets, past Faust's pipe."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.connection import kafka_client_options
from streams.engine.one_shot import running

__all__ = ["is_hole", "records_between"]

# A fetch that brought markers only is no answer for aiokafka, which then waits this long.
POLL_MS = 20


async def records_between(
    kafka: Any, tp: tuple[str, int], start: int, end: int, *, committed_only: bool
) -> AsyncGenerator[Any, None]:
    """Yield the records of topic partition `tp` with offsets in [`start`, `end`), in order.

    Parameters
    ----------
    end : at most the end offset of the log, else this waits for it to grow.
    committed_only : skip records of aborted transactions, and wait for open ones.
    """
    asked = TopicPartition(*tp)
    consumer = AIOKafkaConsumer(
        **kafka_client_options(kafka),
        isolation_level="read_committed" if committed_only else "read_uncommitted",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
    )
    async with running(consumer):
        consumer.assign([asked])
        consumer.seek(asked, start)
        while await consumer.position(asked) < end:
            for row in (await consumer.getmany(asked, timeout_ms=POLL_MS)).get(asked, []):
                if row.offset >= end:
                    return
                yield row


async def is_hole(kafka: Any, tp: tuple[str, int], start: int, end: int) -> bool:
    """Whether the log has no record at all in [`start`, `end`): markers, compaction, retention."""
    rows = records_between(kafka, tp, start, end, committed_only=False)
    async with aclosing(rows):
        return await anext(rows, None) is None
