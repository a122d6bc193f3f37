"""What one transaction carries, and how it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from features.contracts import Watermark
from features.headed_records import HeadedRecords
from streams.engine.failpoints import failpoint
from streams.engine.meta import META_KEY, PartitionMeta
from streams.engine.outgoing import Outgoing, Record, column_bytes, record_count
from streams.engine.topic_names import TopicNames
from streams.engine.transaction import PartitionProducer
from streams.raw.compression import LZ4

__all__ = ["FEW", "Outbox", "write_alone", "write_outbox"]

LAID_OUT = 8 << 20
"""What others read shrinks to a tenth when there is much of it: bytes in one batch before that."""

FEW = 800
"""Reminders that are written before all else; more are under way with the changed rows."""


@dataclass(slots=True)
class Outbox:
    """All that one partition says in one transaction, taken at one moment.

    Attributes
    ----------
    offsets : next offset to apply by full topic name, as of that moment.
    clock_ts : epoch ms up to which the reminders were decided.
    state, reminders : single records and chunks of columns, mixed as it suits; they are written in
        this order. Each chunk is copied once, into the batches.
    """

    offsets: Mapping[str, int]
    clock_ts: int
    state: list[Outgoing] = field(default_factory=list)
    reminders: list[Outgoing] = field(default_factory=list)
    dead_letters: list[HeadedRecords] = field(default_factory=list)
    examples: list[Record] = field(default_factory=list)
    kpi_parts: list[Record] = field(default_factory=list)
    visits: list[Record] = field(default_factory=list)
    refused_streams: list[Record] = field(default_factory=list)
    quotas: list[Record] = field(default_factory=list)

    @property
    def nbytes(self) -> int:
        """Memory of the columns; single records are few."""
        return column_bytes([*self.state, *self.reminders, *self.dead_letters])


async def write_outbox(
    outbox: Outbox,
    producer: PartitionProducer,
    partition: int,
    topics: TopicNames,
    reminders_end_offset: int,
    told: Callable[[], object],
) -> tuple[PartitionMeta, int]:
    """Write everything in one transaction; either all of it becomes visible or nothing.

    Watermark and progress go last, since they name the offset after the last of the reminders.
    Few reminders go first, before anything else takes its time; many, and the changed rows, are
    under way together.

    Parameters
    ----------
    told : called as soon as nobody waits any more for the reminders to be with the broker; where
        this runs.

    Returns
    -------
    The progress as committed, and the offset after our last record of `state`.
    """
    await producer.begin()
    failpoint("outbox.begun")
    changed = list(outbox.state)
    if record_count(outbox.reminders) > FEW:
        told()
        reminders_end_offset, _ = await asyncio.gather(
            producer.write(topics.reminders, partition, outbox.reminders, most_laid_out=LAID_OUT),
            producer.write(topics.state, partition, changed, codec=LZ4),
        )
        changed.clear()
    elif outbox.reminders:
        reminders_end_offset = await producer.write(topics.reminders, partition, outbox.reminders)
    told()
    if outbox.reminders:
        failpoint("outbox.reminders_written")
    meta = PartitionMeta(
        offsets=dict(outbox.offsets),
        clock_ts=outbox.clock_ts,
        reminders_end_offset=reminders_end_offset,
    )
    progress = Record(META_KEY, meta.to_bytes())
    state_end, *_ = await asyncio.gather(
        producer.write(topics.state, partition, [*changed, progress], codec=LZ4),
        producer.write(topics.dead_letters, 0, outbox.dead_letters, most_laid_out=LAID_OUT),
        producer.write(topics.examples, 0, outbox.examples),
        producer.write(topics.kpi_parts, 0, outbox.kpi_parts),
        producer.write(topics.visits, 0, outbox.visits),
        producer.write(topics.refused_streams, 0, outbox.refused_streams),
        producer.write(topics.quotas, 0, outbox.quotas),
        producer.write(topics.watermarks, 0, [_watermark(partition, meta)]),
    )
    failpoint("outbox.before_commit")
    await producer.commit(
        {(topic, partition): outbox.offsets[topic] for topic in topics.user_inputs}
    )
    failpoint("outbox.after_commit")
    return meta, state_end


async def write_alone(producer: PartitionProducer, topic: str, records: Sequence[Record]) -> None:
    """Write to a single-partition topic in a transaction that carries nothing else."""
    await producer.begin()
    await producer.write(topic, 0, records)
    await producer.commit({})


def _watermark(partition: int, progress: PartitionMeta) -> Record:
    mark = Watermark(
        partition=partition,
        clock_ts=progress.clock_ts,
        offsets=progress.offsets,
        reminders_end_offset=progress.reminders_end_offset,
    )
    return Record(str(partition).encode(), msgspec.json.encode(mark))
