"""The one trainer: where user partition 0 lives, labelled examples become a new model.

Its transactions are partition 0's, so a trainer that lost that partition is fenced with it.
"""

from __future__ import annotations

from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from online_models.example import Example, decode_example
from online_models.snapshot import ModelSnapshot
from online_models.trainer import Trainer
from streams.connection import kafka_client_options
from streams.engine.log_heads import LogHeads
from streams.engine.neighbour_learner import NeighbourLearner
from streams.engine.one_shot import stop_consumer
from streams.engine.partition import Partition
from streams.engine.shared import SNAPSHOT_KEY, Shared
from streams.engine.state_log import replay_committed
from streams.engine.transaction import Record

__all__ = ["TrainerService"]

TRAINER_KEY = b"trainer"


class TrainerService:
    """Reads `examples`, learns, and broadcasts a snapshot, exactly once.

    Attributes
    ----------
    stamp_ts : tick of the newest snapshot in epoch ms, −1 before the first.
    """

    def __init__(self, shared: Shared, partition: Partition, heads: LogHeads) -> None:
        self.stamp_ts = -1
        self._shared = shared
        self._partition = partition
        self._heads = heads
        self._trainer = Trainer(FEATURE_NAMES)
        self._neighbours = NeighbourLearner(shared, heads)
        self._examples = TopicPartition(shared.topics.examples, 0)
        self._consumer = AIOKafkaConsumer(
            **kafka_client_options(shared.settings.kafka),
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
        )

    async def open(self) -> None:
        """Restore the trainer and go on where its last snapshot ended."""
        self._offset = 0
        await replay_committed(
            self._shared.settings.kafka, self._shared.topics.models, 0, self._restore
        )
        await self._neighbours.open()
        await self._consumer.start()
        self._consumer.assign([self._examples])
        self._consumer.seek(self._examples, self._offset)

    async def close(self) -> None:
        """Disconnect; what was learned since the last snapshot will be learned again."""
        await stop_consumer(self._consumer)
        await self._neighbours.close()

    async def learn(self, stamp_ts: int, *, always: bool) -> bool:
        """Learn from all examples and visits that are committed now, broadcast what came of it.

        Parameters
        ----------
        stamp_ts : tick or wall clock that the snapshot is stamped with.
        always : also when there was nothing to learn, because somebody waits for the stamp.

        Returns
        -------
        Whether a snapshot was broadcast.
        """
        examples = await self._committed_examples()
        records = await self._neighbours.learn(stamp_ts)
        if not examples and not always:
            if records:
                await self._partition.publish(self._shared.topics.models, records)
            return False
        if examples:
            self._trainer.learn(examples)
            self._shared.monitor.counts.learned(len(examples))
        snapshot = self._trainer.snapshot(stamp_ts)
        records.append(Record(SNAPSHOT_KEY, snapshot.to_bytes()))
        if examples:
            progress = msgspec.msgpack.encode((self._offset, self._trainer.to_bytes()))
            records.append(Record(TRAINER_KEY, progress))
        await self._partition.publish(self._shared.topics.models, records)
        self.stamp_ts = stamp_ts
        return True

    async def _committed_examples(self) -> list[Example]:
        end = await self._end()
        rows: list[Any] = []
        while await self._consumer.position(self._examples) < end:
            fetched = await self._consumer.getmany(self._examples, timeout_ms=200)
            rows.extend(fetched.get(self._examples, []))
        # A fetch may bring more than was there when the end was asked for.
        self._offset = max(self._offset, await self._consumer.position(self._examples))
        examples = [decode_example(row.value) for row in rows]
        return sorted(examples, key=lambda one: (one.decided_ts, one.user_id, one.reminder_id))

    async def _end(self) -> int:
        """At a tick: all that its watermarks promise, though the markers are on their way."""
        if self._shared.simulated_time:
            return (await self._heads.of([self._examples]))[self._examples]
        return int((await self._consumer.end_offsets([self._examples]))[self._examples])

    def _restore(self, records: RawRecords) -> None:
        for key, value in zip(records.keys(), records.values(), strict=True):
            if key == TRAINER_KEY and value is not None:
                self._offset, state = msgspec.msgpack.decode(value, type=tuple[int, bytes])
                self._trainer = Trainer.from_bytes(state, FEATURE_NAMES)
            elif key == SNAPSHOT_KEY and value is not None:
                self.stamp_ts = ModelSnapshot.from_bytes(value).stamp_ts
            elif key is not None and value is not None:
                self._neighbours.restore(key, value)
