"""Record the state of today's release: `python -m oldstate.record FILE`, before the row changes.

Run in the root folder with `PYTHONPATH=.:tests/support`.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from oldstate.recording import Recording
from simworld.spec import WorldSpec
from simworld.world import World
from testbed.drive import Drive, drive
from testbed.workers import Workers
from wirecheck.records import INPUTS, Tick, Wire
from wirecheck.rules import Rules

from streams.embedded import EmbeddedKafka

__all__ = ["PREFIX", "RULES", "SETTINGS", "SPEC", "record"]

# One partition, so that each topic has a single writer and its holes are single markers.
PREFIX = "recorded."
RULES = Rules(partitions=1)
SPEC = WorldSpec(
    users=60, streams=20, days=1, tick_minutes=30, first_day=date(2026, 10, 24), seed=5, flaws=30
)
SETTINGS = {"LIVECUE_DECISION__SEND_PRICE": "0"}
INNER = ("state", "reminders", "examples", "models", "kpi-parts", "kpis", "watermarks")
NAMES = (*INPUTS, *INNER, "dead-letters", "clock")


class _HalfTime:
    """Called before each tick is written and again before it is awaited."""

    def __init__(self, bootstrap_servers: str, half: int) -> None:
        self.topics: dict[str, list[Wire]] = {}
        self._bootstrap_servers = bootstrap_servers
        self._calls, self._half = 0, half

    def __call__(self, _crew: Workers) -> None:
        if self._calls == 2 * self._half:
            self.topics = {name: _records(self._bootstrap_servers, name) for name in NAMES}
        self._calls += 1


def record(bootstrap_servers: str, folder: Path) -> Recording:
    """Run the world, and keep what Kafka held at half-time."""
    half = len(SPEC.ticks()) // 2
    half_time = _HalfTime(bootstrap_servers, half)
    plan = Drive(World(SPEC), 1, RULES, SETTINGS, half_time)
    run = drive(plan, bootstrap_servers, PREFIX, folder)
    decided = run.ticks[half - 1]
    topics = {
        name: [one for one in rows if name not in INPUTS or not _is_later(one, decided)]
        for name, rows in half_time.topics.items()
    }
    later = [one for one in run.inputs if _is_later(one, decided)]
    return Recording(PREFIX, half, run.ticks, topics, later, run.bad, run.bad_copies)


def _is_later(one: Wire, tick: Tick) -> bool:
    return one.offset >= tick.ends[one.topic, one.partition]


def _records(bootstrap_servers: str, name: str) -> list[Wire]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
    )
    place = TopicPartition(PREFIX + name, 0)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end = consumer.end_offsets([place])[place]
    found: list[Wire] = []
    while consumer.position(place) < end:
        for row in consumer.poll(timeout_ms=200).get(place, []):
            headers = tuple(row.headers)
            found.append(Wire(name, 0, row.offset, row.key, row.value, headers))
    consumer.close()
    return found


if __name__ == "__main__":
    with EmbeddedKafka() as broker, tempfile.TemporaryDirectory() as made:
        record(broker.bootstrap_servers, Path(made)).save(Path(sys.argv[1]))
