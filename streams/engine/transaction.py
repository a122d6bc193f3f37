"""One Kafka transaction of one user partition: all it changed, or nothing (ADR-0003)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from aiokafka.errors import KafkaConnectionError
from aiokafka.structs import TopicPartition

from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from streams.connection import kafka_client_options
from streams.engine.outgoing import Outgoing, Record
from streams.raw.compression import CODECS
from streams.raw.filled_batches import filled_batches
from streams.raw.producer import RawProducer

__all__ = ["MAX_BATCH_BYTES", "PartitionProducer"]

MAX_BATCH_BYTES = 1 << 20
"""What a Kafka batch holds at most, unless a single record is larger."""
MAX_REQUEST_BYTES = 4 << 20
TRANSACTION_TIMEOUT_MS = 60_000


class PartitionProducer:
    """A transactional producer of one user partition.

    Starting it fences any older owner of the partition and aborts what that owner left open. It is
    started, used and stopped in one event loop.

    Parameters
    ----------
    partition : user partition; its transactional ids are the same for every owner.
    app_id : consumer group whose offsets the transactions carry.
    name : of this one, where a partition has several. Every owner starts all of them before it
        reads anything, so that no older owner can write by any.

    Raises
    ------
    aiokafka.errors.ProducerFenced : a newer owner has started; drop everything.
    aiokafka.errors.KafkaError : the outcome is unknown; restore from `state` before going on.
    """

    def __init__(self, kafka: Any, partition: int, app_id: str, name: str = "") -> None:
        self._group_id = app_id
        self._codec = CODECS[kafka.compression_type]
        self._options = {
            **kafka_client_options(kafka),
            "transactional_id": f"{app_id}-{partition}-{name}".removesuffix("-"),
            "transaction_timeout_ms": TRANSACTION_TIMEOUT_MS,
            "max_batch_size": MAX_BATCH_BYTES,
            "max_request_size": MAX_REQUEST_BYTES,
            "acks": "all",
        }

    @cached_property
    def _producer(self) -> RawProducer:
        """Made when first used, since it belongs to the event loop in which it is made."""
        return RawProducer(**self._options)

    async def start(self) -> None:
        """Fence older owners."""
        try:
            await self._producer.start()
        except AssertionError as error:
            # aiokafka asserts that a broker is known; one that has just come back names none.
            raise KafkaConnectionError(f"Kafka names no brokers: {error}") from error

    async def stop(self) -> None:
        """Close the connection; an open transaction times out or is fenced."""
        await self._producer.stop()

    async def begin(self) -> None:
        """Open a transaction."""
        await self._producer.begin_transaction()

    async def write(
        self,
        topic: str,
        partition: int,
        outgoing: Sequence[Outgoing],
        *,
        codec: int | None = None,
        most_laid_out: int = MAX_BATCH_BYTES,
    ) -> int:
        """Write records to one topic partition and wait until the broker holds them.

        Parameters
        ----------
        codec : Kafka's number of how columns are compressed; None: as the settings say, for what
            others read. Single records never are.
        most_laid_out : bytes of columns before they are compressed that one Kafka batch may hold,
            at least `MAX_BATCH_BYTES`, which none exceeds then.

        Returns
        -------
        The offset after the last record, or −1 when there was none.
        """
        now_ms = int(time.time() * 1000)
        codec = self._codec if codec is None else codec
        waiting = [
            (await self._submit(batch, topic, partition), batch.record_count())
            for batch in self._batches(outgoing, now_ms, codec=codec, most_laid_out=most_laid_out)
        ]
        written = await asyncio.gather(*(future for future, _ in waiting))
        return int(written[-1].offset) + waiting[-1][1] if waiting else -1

    def _batches(
        self, outgoing: Sequence[Outgoing], now_ms: int, *, codec: int, most_laid_out: int
    ) -> Iterator[Any]:
        for are_columns, group in groupby(outgoing, lambda chunk: not isinstance(chunk, Record)):
            if are_columns:
                chunks = (part for chunk in group for part in _headed(chunk))
                yield from filled_batches(chunks, now_ms, codec, MAX_BATCH_BYTES, most_laid_out)
            else:
                yield from self._batches_of_single(group, now_ms)

    def _batches_of_single(self, records: Iterable[Any], now_ms: int) -> Iterator[Any]:
        batch = self._producer.create_batch()
        for record in records:
            if not _append(batch, record, now_ms):
                yield batch
                batch = self._producer.create_batch()
                _append(batch, record, now_ms)
        yield batch

    async def _submit(self, batch: Any, topic: str, partition: int) -> asyncio.Future[Any]:
        batch.close()
        sent: asyncio.Future[Any] = await self._producer.send_batch(
            batch, topic, partition=partition
        )
        return sent

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Add the input offsets and commit."""
        if offsets:
            await self._producer.send_offsets_to_transaction(
                {TopicPartition(*tp): offset for tp, offset in offsets.items()}, self._group_id
            )
        await self._producer.commit_transaction()


def _headed(chunk: Any) -> Iterable[HeadedRecords]:
    if isinstance(chunk, LaterRecords):
        return chunk
    return [chunk if isinstance(chunk, HeadedRecords) else HeadedRecords(chunk, ())]


def _append(batch: Any, record: Record, now_ms: int) -> bool:
    key, value, headers = record
    return batch.append(timestamp=now_ms, key=key, value=value, headers=headers) is not None
