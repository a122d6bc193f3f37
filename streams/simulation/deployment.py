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
from streams.simulation.passing_world import World
from streams.simulation.run import FIRST_TICK_TS, STEP_MS, Run, TopicRun, WallRun
from streams.simulation.topic_tail import TopicTail

if TYPE_CHECKING:
    from config import Kafka, Settings

__all__ = ["Population", "deployed"]

_DAY_MS = 86_400_000
_RECENT = 100


@dataclass(frozen=True, slots=True)
class Population:
    """Who takes part, with `history_days` lived before the first step."""

    users: int
    hosts: int
    seed: int
    history_days: float


@contextmanager
def deployed(population: Population, settings: Settings) -> Iterator[tuple[Run, World]]:
    """Connect, tell the history, and give the run that goes on from there.

    On the topic clock it begins after the last tick of an earlier run, if there was one.

    Raises
    ------
    LivecueError
        Kafka is away, or topics are missing.
    """
    kafka, prefix = settings.kafka, settings.topics.prefix
    history_ms = int(population.history_days * _DAY_MS)
    simulated = settings.clock == "topic"
    begin_ts = _next_ts(kafka, prefix) if simulated else time.time_ns() // 1_000_000
    with (
        event_producer(settings) as producer,
        TickBarrier(kafka, prefix, settings.topics.partitions) as barrier,
    ):
        world = World(population.seed, population.users, population.hosts, begin_ts - history_ms)
        run: Run = (
            TopicRun(world, producer, barrier, STEP_MS)
            if simulated
            else WallRun(world, producer, barrier)
        )
        run.begin(history_ms)
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
