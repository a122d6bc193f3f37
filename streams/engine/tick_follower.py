"""The barrier of the topic clock: everything before a tick, then the tick, then the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from streams.engine.clock import DAY_MS
from streams.engine.listener import Listener
from streams.engine.partition import Partition
from streams.engine.shared import Shared

__all__ = ["TickFollower"]


class TickFollower:
    """Takes the partitions of one worker through the ticks, all of them together.

    Parameters
    ----------
    ready_partitions : the partitions that this worker owns and has restored.
    guarded : runs a partition's transaction and deals with its failure.
    """

    def __init__(
        self,
        shared: Shared,
        listener: Listener,
        ready_partitions: Callable[[], Sequence[Partition]],
        guarded: Callable[[Partition, Coroutine[Any, Any, None]], Coroutine[Any, Any, None]],
    ) -> None:
        self._shared = shared
        self._listener = listener
        self._ready_partitions = ready_partitions
        self._guarded = guarded
        self._board_ts = -1

    async def run(self) -> None:
        """Follow for ever."""
        while True:
            await self._listener.heard.until(lambda: self._next_tick() is not None)
            tick = self._next_tick()
            if tick is not None:
                await self._follow(tick)

    def _next_tick(self) -> int | None:
        """The oldest tick that one of the partitions has not had."""
        ready = self._ready_partitions()
        behind = self._listener.ticks.after(min(one.clock_ts for one in ready)) if ready else []
        return behind[0] if behind else None

    async def _follow(self, tick: int) -> None:
        behind = [one for one in self._ready_partitions() if one.clock_ts < tick]
        topics = self._shared.topics
        inputs = [(topic, one.number) for one in behind for topic in topics.user_inputs]
        common = [(topics.streams, 0), (topics.quotas, 0)]
        ends = await self._listener.heads.of([*common, *inputs])
        prev_ts = min(one.clock_ts for one in behind)
        await self._bring_board_to(tick, ends.pop((topics.streams, 0)), prev_ts)
        await self._wait_for_model(prev_ts)
        known = ends.pop((topics.quotas, 0))
        await self._listener.heard.until(lambda: self._listener.quotas_next >= known)
        await asyncio.gather(
            *(self._guarded(one, one.tick(tick, _of(one.number, ends))) for one in behind)
        )

    async def _bring_board_to(self, tick: int, end_offset: int, prev_ts: int) -> None:
        feed = self._shared.feed
        await self._listener.heard.until(lambda: feed.fetched >= end_offset)
        prev_ts = max(prev_ts, self._board_ts)
        latest_ts = None if prev_ts < 0 else max(prev_ts + DAY_MS, tick)
        feed.apply(end_offset, latest_ts, tick)
        self._board_ts = max(self._board_ts, tick)

    async def _wait_for_model(self, prev_ts: int) -> None:
        """Decide only with the snapshot that the last learning tick asks for."""
        shared = self._shared
        needed = self._listener.ticks.last_learning_tick(prev_ts)
        await self._listener.heard.until(lambda: shared.snapshot.stamp_ts >= needed)


def _of(partition: int, ends: Mapping[tuple[str, int], int]) -> dict[str, int]:
    """The end offsets of one partition's user inputs, by topic."""
    return {topic: end for (topic, number), end in ends.items() if number == partition}
