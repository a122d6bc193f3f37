"""The simulated world against a running deployment, on either clock."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from features.contracts import Kpi, Reminder
from streams.clients import EventProducer
from streams.simulation.barrier import TickBarrier
from streams.simulation.wire.wire_world import WireWorld, WorldRecord

__all__ = ["FIRST_TICK_TS", "STEP_MS", "WALL_STEP_MS", "Moment", "Run", "TopicRun", "WallRun"]

STEP_MS = 300_000
"""Simulated time between two ticks."""
WALL_STEP_MS = 1_000
"""Real time between two steps."""

# Monday, 2 March 2026, 17:00 in Shanghai: people come home, and the evening's streams are near.
FIRST_TICK_TS = 1_772_442_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """What one step brought.

    Attributes
    ----------
    now : epoch ms.
    records, reminders : written and read.
    funnel : the workers' newest funnel over everything; None before there is one.
    """

    now: int
    records: Sequence[WorldRecord]
    reminders: Sequence[Reminder]
    funnel: Kpi | None


class Run(ABC):
    """A world that is driven step by step, beside the workers that decide for it."""

    def __init__(self, world: WireWorld, producer: EventProducer, barrier: TickBarrier) -> None:
        self._world = world
        self._producer = producer
        self._barrier = barrier

    def begin(self) -> None:
        """Write who people are and what they did until now."""
        self._write(self._world.begin())

    @abstractmethod
    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Write the next step and let people react to the reminders that came."""

    def _write(self, records: Iterable[WorldRecord]) -> None:
        for record in records:
            self._producer.send(record)

    def _moment(self, records: Sequence[WorldRecord], reminders: Sequence[Reminder]) -> Moment:
        self._world.receive(reminders)
        return Moment(self._world.now, records, reminders, self._barrier.funnel)


class TopicRun(Run):
    """Drives workers with `clock = "topic"`: a tick a step, and on only when all are there."""

    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Write a step and its tick; return with the reminders of that tick."""
        records = self._world.step(self._world.now + STEP_MS)
        self._write(records)
        self._producer.tick(self._world.now)
        return self._moment(records, self._barrier.wait(self._world.now, while_waiting))


class WallRun(Run):
    """Lives in real time beside workers with `clock = "system"`."""

    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Let a second go by, and write what happened in it."""
        reminders: list[Reminder] = []
        until = time.monotonic() + WALL_STEP_MS / 1_000
        while (left := until - time.monotonic()) > 0:
            while_waiting()
            reminders += self._barrier.poll(min(left, 0.2))
        records = self._world.step(_now_ms())
        self._write(records)
        self._producer.flush()
        return self._moment(records, reminders)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
