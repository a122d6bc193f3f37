"""The simulated population against a deployment that is already running."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from features.contracts import ClockTick, Watermark
from streams.configured_kafka import event_producer
from streams.simulation.barrier import TickBarrier
from streams.simulation.run import (
    FIRST_TICK_TS,
    STEP_MS,
    WALL_STEP_MS,
    Run,
    TopicRun,
    WallRun,
)
from streams.simulation.topic_tail import TopicTail
from streams.simulation.wire.wire_world import WireWorld

if TYPE_CHECKING:
    from config import Kafka, Settings

__all__ = ["Population", "deployed"]

_RECENT = 100


@dataclass(frozen=True, slots=True)
class Population:
    """Who takes part, with at least `history_days` lived before the first step."""

    users: int
    hosts: int
    seed: int
    history_days: float


@contextmanager
def deployed(population: Population, settings: Settings) -> Iterator[tuple[Run, WireWorld]]:
    """Connect, tell the history, and give the run that goes on from there.

    On the topic clock it begins after the last tick of an earlier run, if there was one.

    Raises
    ------
    LivecueError
        Kafka is away, or topics are missing.
    """
    kafka, prefix = settings.kafka, settings.topics.prefix
    simulated = settings.clock == "topic"
    tick_ms = STEP_MS if simulated else WALL_STEP_MS
    now_ms = _next_ts(kafka, prefix) if simulated else time.time_ns() // 1_000_000
    world = WireWorld(
        population.seed,
        population.users,
        population.hosts,
        # No tick is earlier than the last; no event lies ahead of the wall clock.
        first_ts=-(-now_ms // tick_ms) * tick_ms if simulated else now_ms // tick_ms * tick_ms,
        history_days=population.history_days,
        tick_ms=tick_ms,
    )
    with (
        event_producer(settings) as producer,
        TickBarrier(kafka, prefix, settings.topics.partitions) as barrier,
    ):
        run = (TopicRun if simulated else WallRun)(world, producer, barrier)
        run.begin()
        yield run, world


def _next_ts(kafka: Kafka, prefix: str) -> int:
    """When a run on the topic clock may begin: ticks only grow."""
    latest = FIRST_TICK_TS
    with TopicTail(kafka, [prefix + "clock", prefix + "watermarks"], _RECENT) as tail:
        while rows := tail.poll(1.0):
            for row in rows:
                if row.topic == prefix + "clock":
                    latest = max(latest, msgspec.json.decode(row.value, type=ClockTick).ts)
                else:
                    mark = msgspec.json.decode(row.value, type=Watermark)
                    latest = max(latest, mark.clock_ts)
    return latest
