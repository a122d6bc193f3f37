"""A partition as it was last committed, the board and the model: read back to be asked."""

from __future__ import annotations

from dataclasses import dataclass

from config import Settings
from reminders.explanation import ExplainingPlanner
from reminders.quota import Partition
from streams.composition import compose
from streams.engine.broadcast import BroadcastReader
from streams.engine.clock import FUTURE_MS, wall_clock_ms
from streams.engine.memory import PartitionMemory
from streams.engine.shared import Shared
from streams.engine.state_log import replay_committed

__all__ = ["Readback", "read_back"]


@dataclass(frozen=True, slots=True)
class Readback:
    """What a worker that took the partition now would start from.

    Attributes
    ----------
    now_ms : wall clock, or the last tick that the partition has decided; −1 before the first.
    """

    shared: Shared
    memory: PartitionMemory
    planner: ExplainingPlanner
    now_ms: int


async def read_back(settings: Settings, number: int) -> Readback:
    """Read user partition `number` whole; nothing is written, no worker is disturbed."""
    shared = compose(settings)
    partition = Partition(number, settings.topics.partitions)
    planner = ExplainingPlanner(shared.decisions, partition, shared.neighbours)
    shared.new_planner = lambda _number: planner
    memory = PartitionMemory(number, shared)
    await replay_committed(settings.kafka, shared.topics.state, number, memory.restore)
    now_ms = memory.meta.clock_ts if shared.simulated_time else wall_clock_ms()
    topics = shared.topics
    names = [topics.streams, topics.refused_streams, topics.models]
    reader = BroadcastReader(settings.kafka, names)
    try:
        await reader.start()
        for row in await reader.catch_up(topics.refused_streams):
            shared.feed.refused.tell(row.value)
        await _read_streams(shared, reader, memory, now_ms)
        for row in await reader.catch_up(topics.models):
            shared.learned(row.key, row.value, row.timestamp)
    finally:
        await reader.stop()
    return Readback(shared, memory, planner, now_ms)


async def _read_streams(
    shared: Shared, reader: BroadcastReader, memory: PartitionMemory, now_ms: int
) -> None:
    """Bring the board to now; on the topic clock to what the partition's last tick saw."""
    topic, feed = shared.topics.streams, shared.feed
    rows = await reader.catch_up(topic)
    feed.receive(rows, await reader.position(topic))
    end_offset = memory.meta.offsets.get(topic, 0) if shared.simulated_time else feed.fetched
    latest_ts = None if shared.simulated_time else now_ms + FUTURE_MS
    feed.apply(end_offset, latest_ts, now_ms)
