"""When the trainer learns: each second on the wall clock, at learning ticks on the topic clock."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module

from streams.engine.clock import wall_clock_ms
from streams.engine.heap import look_no_more
from streams.engine.library_pages import leave_module_pages
from streams.engine.listener import Listener
from streams.engine.partition import Partition
from streams.engine.shared import Shared
from streams.engine.tenure import while_owned
from streams.engine.trainer import TrainerService

__all__ = ["Training", "at_hand"]

INTERVAL_S = 1.0
_MODELS_NEED = "river.drift"


class Training:
    """Runs the trainer for as long as this worker owns user partition 0."""

    def __init__(self, shared: Shared, listener: Listener) -> None:
        self._shared = shared
        self._listener = listener

    async def run(self, partition: Partition) -> None:
        """Keep a trainer going until the partition is given up."""
        await while_owned(partition, "trainer", self._run_once)

    async def _run_once(self, partition: Partition) -> None:
        await at_hand(_MODELS_NEED)
        trainer = TrainerService(self._shared, partition, self._listener.heads)
        try:
            await trainer.open()
            if self._shared.simulated_time:
                await self._follow_ticks(trainer, partition)
            else:
                await self._follow_wall_clock(trainer, partition)
        finally:
            await trainer.close()

    async def _follow_wall_clock(self, trainer: TrainerService, partition: Partition) -> None:
        while not partition.closed:
            await trainer.learn(wall_clock_ms(), always=False)
            await asyncio.sleep(INTERVAL_S)

    async def _follow_ticks(self, trainer: TrainerService, partition: Partition) -> None:
        """Learn at a tick once all P partitions have written its watermark."""
        ticks, marks, heard = self._listener.ticks, self._listener.watermarks, self._listener.heard
        while not partition.closed:
            tick = ticks.next_learning_tick(trainer.stamp_ts)
            if tick is not None and marks.all_reached >= tick:
                await trainer.learn(tick, always=True)
            else:
                await heard.next()


async def at_hand(module: str) -> None:
    """Import a module that takes a second, once, while all else goes on."""
    if module not in sys.modules:
        await asyncio.to_thread(import_module, module)
        look_no_more()
        leave_module_pages()
