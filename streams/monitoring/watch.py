"""The look that a worker takes at itself each second, for metrics, health and the log."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from streams.engine.clock import wall_clock_ms
from streams.monitoring.census import Census
from streams.monitoring.input_ends import InputEnds
from streams.monitoring.ownership import OwnedPartition
from streams.monitoring.progress import Progress
from streams.monitoring.situation import PartitionSituation, Place, Situation, Stall

if TYPE_CHECKING:
    from streams.engine.partition import Partition
    from streams.engine.shared import Shared
    from streams.engine.worker import Worker

__all__ = ["Watch"]

logger = logging.getLogger(__name__)
LOOK_S = 1.0
CENSUS_LOOKS = 5


class Watch:
    """Sees from outside of Faust whether the worker moves: input that waits, watermarks that stand.

    It never takes the worker down: what goes wrong in it is logged.
    """

    def __init__(self, shared: Shared, worker: Worker) -> None:
        self._shared = shared
        self._worker = worker
        self._monitor = shared.monitor
        self._progress = Progress()
        self._census = Census(shared, worker)
        self._ends = InputEnds(shared.settings.kafka, self._places)

    async def run(self) -> None:
        """Look for ever."""
        asking = asyncio.create_task(self._ends.run())
        looks = 0
        try:
            while True:
                try:
                    await self._look()
                    if looks % CENSUS_LOOKS == 0:
                        self._census.take()
                except Exception:
                    logger.exception("the watch has failed; the worker goes on")
                looks += 1
                await asyncio.sleep(LOOK_S)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _look(self) -> None:
        now_s = time.monotonic()
        self._progress.begin_look(now_s)
        stalls = () if self._ends.silent(now_s) else tuple(self._stalls())
        ownership = self._monitor.ownership
        self._monitor.see(
            Situation(
                seen_s=now_s,
                kafka_answered_s=self._ends.answered_s,
                joined=ownership.joined,
                stopping=ownership.stopping,
                partitions={
                    number: self._situation(number, owned)
                    for number, owned in ownership.partitions.items()
                },
                stalls=stalls,
            )
        )
        for stall in stalls:
            if stall.place and stall.lasted_s > self._shared.settings.http.stalled_after_s / 2:
                await self._ends.pass_hole(stall.place, stall.taken)

    def _places(self) -> list[Place]:
        """What is asked for: the inputs of the owned partitions, and the broadcasts."""
        inputs = self._shared.topics.user_inputs
        places = [(topic, number) for number in self._worker.partitions for topic in inputs]
        return [*places, *((topic, 0) for topic in self._broadcasts())]

    def _broadcasts(self) -> dict[str, int]:
        """How far each broadcast input has been read."""
        topics, read = self._shared.topics, self._worker.listener.read
        places = {topics.streams: self._shared.feed.fetched}
        if self._shared.simulated_time:
            places[topics.clock] = read.get(topics.clock, 0)
        return places

    def _stalls(self) -> Iterator[Stall]:
        for topic, read in self._broadcasts().items():
            yield self._input_stall((topic, 0), read, None)
        for number, owned in self._monitor.ownership.partitions.items():
            partition = self._worker.partitions.get(number)
            if owned.state == "restoring":
                stood_s = self._progress.stood_s(("changelog", number), owned.restored[0], due=True)
                yield Stall("its changelog is not read on", number, stood_s)
            elif owned.state == "ready" and partition is not None:
                for topic, taken in partition.taken_over().items():
                    yield self._input_stall((topic, number), taken, number)
                yield self._watermark_stall(partition)

    def _input_stall(self, place: Place, taken: int, partition: int | None) -> Stall:
        waiting = self._ends.waiting(place, taken)
        stood_s = self._progress.stood_s(place, taken, due=waiting > 0)
        what = f"{waiting} records of {place[0]} wait and none is taken"
        return Stall(what, partition, stood_s, place, taken)

    def _watermark_stall(self, partition: Partition) -> Stall:
        due = self._newest_ts() > partition.clock_ts and not partition.catching_up
        number, clock_ts = partition.number, partition.clock_ts
        stood_s = self._progress.stood_s(("watermark", number), clock_ts, due=due)
        return Stall("its watermark does not move", number, stood_s)

    def _newest_ts(self) -> int:
        """The time that watermarks should reach, epoch ms; −1 before the first tick."""
        last = self._worker.listener.ticks.last if self._shared.simulated_time else wall_clock_ms()
        return -1 if last is None else last

    def _situation(self, number: int, owned: OwnedPartition) -> PartitionSituation:
        partition = self._worker.partitions.get(number)
        meta = None if partition is None else partition.memory.meta
        age_ms = None if meta is None or meta.clock_ts < 0 else self._newest_ts() - meta.clock_ts
        topics = self._shared.topics
        inputs = {
            "profiles": topics.profiles,
            "interactions": topics.interactions,
            "feedback": topics.feedback,
        }
        committed = {} if meta is None else meta.offsets
        return PartitionSituation(
            state=owned.state,
            restored_ratio=owned.restored_ratio,
            watermark_age_s=None if age_ms is None else max(age_ms, 0) / 1000,
            lag_records={
                name: self._ends.waiting((topic, number), committed.get(topic, 0))
                for name, topic in inputs.items()
                if owned.state == "ready"
            },
        )
