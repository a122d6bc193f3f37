"""The one trainer: where user partition 0 lives, labelled examples become a new model.

Its transactions are partition 0's, so a trainer that lost that partition is fenced with it.
"""

from __future__ import annotations

import logging

import msgspec

from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from online_models.errors import OlderModelError
from online_models.example import Example, decode_example
from online_models.snapshot import ModelSnapshot
from online_models.trainer import Trainer
from streams.engine.committed_tail import CommittedTail
from streams.engine.log_heads import LogHeads
from streams.engine.neighbour_learner import NeighbourLearner
from streams.engine.outgoing import Record
from streams.engine.partition import Partition
from streams.engine.shared import SNAPSHOT_KEY, Shared
from streams.engine.state_log import replay_committed

__all__ = ["TrainerService"]

TRAINER_KEY = b"trainer"
logger = logging.getLogger(__name__)


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
        self._trainer = Trainer(FEATURE_NAMES)
        self._neighbours = NeighbourLearner(shared, heads)
        self._restored_offset = 0
        self._examples = CommittedTail(shared, heads, shared.topics.examples)

    async def open(self) -> None:
        """Restore the trainer and go on where its last snapshot ended."""
        await replay_committed(
            self._shared.settings.kafka, self._shared.topics.models, 0, self._restore
        )
        await self._neighbours.open()
        await self._examples.open(self._restored_offset)

    async def close(self) -> None:
        """Disconnect; what was learned since the last snapshot will be learned again."""
        try:
            await self._examples.close()
        finally:
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
            progress = msgspec.msgpack.encode((self._examples.offset, self._trainer.to_bytes()))
            records.append(Record(TRAINER_KEY, progress))
        await self._partition.publish(self._shared.topics.models, records)
        self.stamp_ts = stamp_ts
        return True

    async def _committed_examples(self) -> list[Example]:
        examples = [decode_example(row.value) for row in await self._examples.rows()]
        return sorted(examples, key=lambda one: (one.decided_ts, one.user_id, one.reminder_id))

    def _restore(self, records: RawRecords) -> None:
        for key, value in zip(records.keys(), records.values(), strict=True):
            if key == TRAINER_KEY and value is not None:
                offset, state = msgspec.msgpack.decode(value, type=tuple[int, bytes])
                self._restored_offset = offset
                self._trainer = _continued(state)
            elif key == SNAPSHOT_KEY and value is not None:
                self.stamp_ts = _stamp_of(value)
            elif key is not None and value is not None:
                self._neighbours.restore(key, value)


def _continued(state: bytes) -> Trainer:
    """Return the stored trainer; a new one for one of an older format."""
    try:
        return Trainer.from_bytes(state, FEATURE_NAMES)
    except OlderModelError as error:
        logger.warning("the trainer begins anew with the examples to come: stored is %s", error)
        return Trainer(FEATURE_NAMES)


def _stamp_of(snapshot: bytes) -> int:
    try:
        return ModelSnapshot.from_bytes(snapshot).stamp_ts
    except OlderModelError:
        return -1
