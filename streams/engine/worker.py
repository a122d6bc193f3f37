"""One worker: the partitions it owns, from assignment to revocation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from aiokafka.errors import KafkaError, ProducerFenced

from streams.engine.arrivals import PartitionClosedError
from streams.engine.batches import RecordBatch
from streams.engine.clock import wall_clock_ms
from streams.engine.copywriting import CopyDesk
from streams.engine.failpoints import failpoint
from streams.engine.heap import keep_giving_back
from streams.engine.input_consumer import InputConsumer
from streams.engine.kpis import Reporting
from streams.engine.listener import Listener
from streams.engine.memory import Parked
from streams.engine.partition import Partition
from streams.engine.shared import Shared
from streams.engine.tick_follower import TickFollower
from streams.engine.training import Training
from streams.engine.turn import Turn

__all__ = ["Worker"]

logger = logging.getLogger(__name__)
RETRY_S = 1.0


class Worker:
    """Owns some user partitions and keeps each of them going or gives it up whole.

    Parameters
    ----------
    spawn : runs a coroutine in the background; an exception in it must stop the process.
    """

    def __init__(
        self,
        shared: Shared,
        consumer: InputConsumer,
        spawn: Callable[[Coroutine[Any, Any, None]], Any],
    ) -> None:
        self.partitions: dict[int, Partition] = {}
        self.listener = Listener(shared)
        self._shared = shared
        self._ownership = shared.monitor.ownership
        self._consumer = consumer
        self._spawn_future = spawn
        self._background: set[Any] = set()
        self._opening: dict[int, Any] = {}
        self._parked: dict[int, Parked] = {}
        self._training = Training(shared, self.listener)
        self._reporting = Reporting(shared, self.listener)
        self._copy_desk = CopyDesk(shared)
        self._ticks = TickFollower(shared, self.listener, self._ready, self.guarded)
        self._started = asyncio.Event()
        self._turn = Turn(lambda: len(self.partitions))

    async def start(self) -> None:
        """Connect to the broadcasts and read `streams` to its end."""
        await self.listener.start()
        self._spawn(self.listener.run())
        self._spawn(self._shared.view.run())
        self._spawn(keep_giving_back())
        if self._shared.simulated_time:
            self._spawn(self._ticks.run())
        self._started.set()

    async def stop(self, *, commit: bool) -> None:
        """Give up everything.

        Parameters
        ----------
        commit : whether to commit what is applied first; not after a failure, when nobody knows
            how much of a batch is.
        """
        if commit:
            await self.revoke(list(self.partitions))
        else:
            await asyncio.gather(*(one.abandon() for one in self.partitions.values()))
            self.partitions.clear()
        running = [future for future in self._background if not future.done()]
        for future in running:
            future.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._started.is_set():
            await self.listener.stop()

    async def assign(self, numbers: Iterable[int]) -> None:
        """Take these partitions; returns at once, restoring goes on in the background."""
        owned = sorted(set(numbers))
        self._ownership.assigned(owned)
        for number in [one for one in owned if one not in self.partitions]:
            self._begin_opening(number, self._parked.pop(number, None))
        self._parked.clear()
        failpoint("rebalance.assigned")

    async def revoke(self, numbers: Iterable[int]) -> None:
        """Commit and give up these partitions; their memory stays for a moment."""
        failpoint("rebalance.revoking")
        owned = [number for number in numbers if number in self.partitions]
        self._ownership.revoked(owned)
        await asyncio.gather(*(self._give_up(number) for number in owned))

    async def receive(self, batch: RecordBatch) -> None:
        """Hand a fetched batch to its partition."""
        partition = self.partitions.get(batch.partition)
        if partition is not None:
            await partition.receive(batch)

    async def on_timer(self) -> None:
        """Wake, on the wall clock, every partition that has to decide or to commit."""
        if not self._shared.simulated_time:
            now_ms = wall_clock_ms()
            for partition in self.partitions.values():
                if partition.is_due(now_ms):
                    partition.woken.set()

    async def guarded(self, partition: Partition, work: Coroutine[Any, Any, None]) -> None:
        """Run one partition's transaction; when its outcome is unknown, restore from `state`."""
        try:
            await work
        except PartitionClosedError:
            pass
        except ProducerFenced as error:
            self._ownership.failed(partition.number, "fenced", error)
            await self._restart(partition, self._shared.settings.kafka.session_timeout_s * 1.5)
        except (TimeoutError, KafkaError) as error:
            self._ownership.failed(partition.number, "unanswered", error)
            await self._restart(partition, RETRY_S)

    async def _keep_time(self, partition: Partition) -> None:
        """Run the steps of a partition, each when the timer wakes it, until it is given up."""
        while True:
            await partition.woken.wait()
            partition.woken.clear()
            if partition.closed:
                return
            await self.guarded(partition, partition.step(self._turn))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> Any:
        future = self._spawn_future(_never_silently(work))
        self._background.add(future)
        future.add_done_callback(self._background.discard)
        return future

    def _ready(self) -> list[Partition]:
        return [one for one in self.partitions.values() if one.ready.is_set()]

    def _begin_opening(self, number: int, parked: Parked | None, delay_s: float = 0.0) -> None:
        partition = Partition(number, self._shared, self._consumer, self.listener)
        self.partitions[number] = partition
        self._opening[number] = self._spawn(self._open(partition, parked, delay_s))

    async def _open(self, partition: Partition, parked: Parked | None, delay_s: float) -> None:
        await self._started.wait()
        await asyncio.sleep(delay_s)
        if self.partitions.get(partition.number) is not partition:
            return
        self._ownership.restoring(partition.number)
        await self.guarded(partition, partition.open(parked))
        if partition.ready.is_set():
            self._ownership.ready(partition.number, partition.memory.meta)
            if not self._shared.simulated_time:
                self._spawn(self._keep_time(partition))
            if partition.number == 0:
                self._spawn(self._training.run(partition))
                self._spawn(self._reporting.run(partition))
                self._spawn(self._copy_desk.run(partition))
            self.listener.heard.notify()

    async def _restart(self, partition: Partition, delay_s: float) -> None:
        if self.partitions.get(partition.number) is partition:
            await partition.abandon()
        # To end what waits for a Kafka that is away takes its time, in which it may be revoked.
        if self.partitions.get(partition.number) is partition:
            self._begin_opening(partition.number, None, delay_s)

    async def _give_up(self, number: int) -> None:
        partition = self.partitions.pop(number)
        self._opening.pop(number).cancel()
        try:
            parked = await partition.close()
        except (TimeoutError, KafkaError) as error:
            logger.warning("partition %d: given up without a last commit: %r", number, error)
            await partition.abandon()
        else:
            if parked is not None:
                self._parked[number] = parked


async def _never_silently(work: Coroutine[Any, Any, None]) -> None:
    """Run a background task; one that is cancelled, but not by us, must stop the process."""
    try:
        await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise RuntimeError("a task of the worker was cancelled from within") from error
