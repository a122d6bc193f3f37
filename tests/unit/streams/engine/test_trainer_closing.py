"""A worker that is cancelled leaves no connection of its trainer open."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config import Settings
from streams.composition import compose
from streams.engine import committed_tail
from streams.engine.log_heads import LogHeads
from streams.engine.trainer import TrainerService


class CancelledConsumer:
    """One whose `stop` is where the task is cancelled."""

    def __init__(self, stopped: list[CancelledConsumer]) -> None:
        self._stopped = stopped

    async def stop(self) -> None:
        """Count, and be cancelled."""
        self._stopped.append(self)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        raise asyncio.CancelledError


def test_both_consumers_are_stopped_when_the_first_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That of examples and that of visits: an open one keeps its socket until it is collected."""
    stopped: list[CancelledConsumer] = []

    def consumer(**_options: Any) -> CancelledConsumer:
        return CancelledConsumer(stopped)

    monkeypatch.setattr(committed_tail, "AIOKafkaConsumer", consumer)
    shared = compose(Settings())
    partition: Any = None
    service = TrainerService(shared, partition, LogHeads(shared.settings.kafka))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(service.close())
    assert len(stopped) == 2
