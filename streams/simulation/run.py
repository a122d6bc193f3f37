"""The simulated world against a running deployment, on either clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from features.contracts import Kpi, Reminder
from streams.clients import EventProducer
from streams.simulation.barrier import TickBarrier
from streams.simulation.passing_world import World, WorldRecord

__all__ = ["FIRST_TICK_TS", "STEP_MS", "Moment", "Run", "TopicRun", "WallRun"]

STEP_MS = 300_000
"""Simulated time between two ticks."""

# Monday, 2 March 2026, 17:00 in Shanghai: people come home, and the evening's streams are near.
FIRST_TICK_TS = 1_772_442_000_000
_WALL_STEP_S = 1.0


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


class Run(Protocol):
    """A world that is driven step by step."""

    def begin(self, history_ms: int) -> Moment:
        """Write who people are and what they did until now."""

    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Write the next step and let people react to the reminders that came."""


class TopicRun:
    """Drives workers with `clock = "topic"`: a tick a step, and on only when all are there.

    Parameters
    ----------
    step_ms : simulated time between two ticks.
    """

    def __init__(
        self, world: World, producer: EventProducer, barrier: TickBarrier, step_ms: int
    ) -> None:
        self._world = world
        self._producer = producer
        self._barrier = barrier
        self._step_ms = step_ms

    def begin(self, history_ms: int) -> Moment:
        """Write who people are and `history_ms` of their life; nothing is decided before a tick."""
        records = self._world.begin()
        records += self._world.live_through(self._world.now + history_ms)
        self._write(records)
        return Moment(self._world.now, records, (), None)

    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Write a step and its tick; return with the reminders of that tick."""
        records = self._world.step(self._world.now + self._step_ms)
        self._write(records)
        self._producer.tick(self._world.now)
        reminders = self._barrier.wait(self._world.now, while_waiting)
        self._world.receive(reminders)
        return Moment(self._world.now, records, reminders, self._barrier.funnel)

    def _write(self, records: Sequence[WorldRecord]) -> None:
        for record in records:
            self._producer.send(record)


class WallRun:
    """Lives in real time beside workers with `clock = "system"`.

    Parameters
    ----------
    world : begins in the past; its history is told first.
    """

    def __init__(self, world: World, producer: EventProducer, barrier: TickBarrier) -> None:
        self._world = world
        self._producer = producer
        self._barrier = barrier

    def begin(self, history_ms: int) -> Moment:
        """Write who people are and what they did up to now."""
        records = self._world.begin()
        records += self._world.live_through(min(self._world.now + history_ms, _now_ms()))
        self._write(records)
        return Moment(self._world.now, records, (), None)

    def advance(self, while_waiting: Callable[[], None]) -> Moment:
        """Let a second go by, and write what happened in it."""
        reminders: list[Reminder] = []
        until = time.monotonic() + _WALL_STEP_S
        while (left := until - time.monotonic()) > 0:
            while_waiting()
            reminders += self._barrier.poll(min(left, 0.2))
        records = self._world.step(_now_ms())
        self._write(records)
        self._world.receive(reminders)
        return Moment(self._world.now, records, reminders, self._barrier.funnel)

    def _write(self, records: Sequence[WorldRecord]) -> None:
        for record in records:
            self._producer.send(record)
        self._producer.flush()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
