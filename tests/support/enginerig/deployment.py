"""One deployment on a real broker: its topics, what is sent to it, what it says."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from config import Settings, topics
from features.contracts import TYPE_CODE, Watermark
from streams.composition import compose
from streams.engine.memory import PartitionMemory
from streams.engine.shared import Shared
from streams.engine.state_log import replay_committed
from streams.engine.topic_names import TopicNames
from streams.testing import MovableClock
from streams.topic_admin import ensure_topics

__all__ = ["Deployment", "wait_for"]

DEADLINE_S = 60.0
POLL_S = 0.02
Pair = tuple[bytes | None, bytes | None]


def wait_for(holds: Callable[[], bool], what: str, timeout_s: float = DEADLINE_S) -> float:
    """Poll until something holds, and return the seconds that it took.

    Raises
    ------
    AssertionError
        It did not within `timeout_s`.
    """
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < timeout_s, f"after {timeout_s:g} s: {what}"
        time.sleep(POLL_S)
    return time.monotonic() - started


class Deployment:
    """Topics under a prefix of their own, a producer, and readers.

    Parameters
    ----------
    options : more settings, by section.
    """

    def __init__(
        self, kafka: str, prefix: str, partitions: int = 2, clock: str = "system", **options: Any
    ) -> None:
        self.settings = Settings.model_validate(
            {
                "app_id": prefix.rstrip("."),
                "clock": clock,
                "kafka": {"bootstrap_servers": kafka, "session_timeout_s": 6},
                "redis": {"url": ""},
                "topics": {"prefix": prefix, "partitions": partitions},
                "engine": {"commit_interval_ms": 50, "commit_interval_max_ms": 500},
                **options,
            }
        )
        self.topics = TopicNames.with_prefix(prefix)
        self.partitions = partitions
        self.kafka = kafka
        ensure_topics(self.settings.kafka, topics(self.settings).values(), create=True)
        self._connect()
        self.marks: list[Watermark] = []

    def _connect(self) -> None:
        self._producer = KafkaProducer(bootstrap_servers=self.kafka, max_request_size=3 << 20)
        self._reader = KafkaConsumer(
            bootstrap_servers=self.kafka,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
        )
        self._marks = TopicPartition(self.topics.watermarks, 0)
        self._reader.assign([self._marks])

    def environment(self) -> dict[str, str]:
        """The variables under which a process is a worker of this deployment."""
        values = self.settings.model_dump(exclude_unset=True)
        said = {"APP_ID": values["app_id"], "CLOCK": values["clock"]}
        for section in ("kafka", "topics", "engine"):
            for name, value in values[section].items():
                said[f"{section}__{name}".upper()] = str(value)
        said["REDIS__URL"] = ""
        return {**os.environ, **{f"LIVECUE_{name}": value for name, value in said.items()}}

    def send(self, topic: str, *pairs: Pair, partition: int | None = None) -> None:
        """Write records to one of the topics and wait until the broker has them."""
        for key, value in pairs:
            self._producer.send(topic, key=key, value=value, partition=partition)
        self._producer.flush(30)

    def tick(self, clock: MovableClock, by_ms: int = 0) -> int:
        """Move the topic clock on and say so, without waiting for anybody; return the time."""
        now_ms = clock.advance(by_ms)
        self.send(self.topics.clock, (None, clock.tick()))
        return now_ms

    def poll(self) -> list[Watermark]:
        """All watermarks so far, in the order in which they were written."""
        for rows in self._reader.poll(timeout_ms=20).values():
            self.marks += [msgspec.json.decode(row.value, type=Watermark) for row in rows]
        return self.marks

    def reached(self, ts: int) -> bool:
        """Whether every partition has written its watermark of a tick."""
        done = {mark.partition for mark in self.poll() if mark.clock_ts >= ts}
        return len(done) == self.partitions

    def wait_for_tick(self, ts: int, timeout_s: float = DEADLINE_S) -> float:
        """Wait for all watermarks of a tick; return the seconds that it took."""
        return wait_for(lambda: self.reached(ts), f"watermarks of {ts}: {self.newest()}", timeout_s)

    def newest(self) -> dict[int, Watermark]:
        """The last watermark of each partition."""
        return {mark.partition: mark for mark in self.marks}

    def ends(self, *names: str) -> dict[tuple[str, int], int]:
        """End offsets of topics, open transactions not counted."""
        places = [
            TopicPartition(name, number)
            for name in names
            for number in range(1 if name in self._single() else self.partitions)
        ]
        found: dict[Any, int] = self._reader.end_offsets(places)
        return {(place.topic, place.partition): end for place, end in found.items()}

    def applied(self, ends: dict[tuple[str, int], int] | None = None) -> bool:
        """Whether all that the user inputs hold (or held at `ends`) is applied and committed."""
        ends = ends or self.ends(*self.topics.user_inputs)
        self.poll()
        marks = self.newest()
        return len(marks) == self.partitions and all(
            marks[number].offsets[topic] >= end for (topic, number), end in ends.items()
        )

    def wait_until_applied(self, timeout_s: float = DEADLINE_S) -> float:
        """Wait until all that was sent is committed; return the seconds that it took."""
        return wait_for(self.applied, f"offsets stay at {self.newest()}", timeout_s)

    def wait_until_applied_so_far(self) -> float:
        """Wait until all that has been sent by now is committed, while more is being sent."""
        ends = self.ends(*self.topics.user_inputs)
        return wait_for(lambda: self.applied(ends), f"offsets stay at {self.newest()}")

    def records(self, topic: str) -> list[Any]:
        """Every committed record of a topic."""
        return [row for place, end in self.ends(topic).items() for row in self._read_to(place, end)]

    def reminded(self) -> list[str]:
        """Who has been reminded, once a reminder, in any order."""
        rows = self.records(self.topics.reminders)
        return [msgspec.json.decode(row.value)["user_id"] for row in rows]

    def memory(self, number: int) -> PartitionMemory:
        """What a partition remembers, restored from its changelog."""
        memory = PartitionMemory(number, self.shared())
        kafka, state = self.settings.kafka, self.topics.state
        asyncio.run(replay_committed(kafka, state, number, memory.restore))
        return memory

    def shared(self) -> Shared:
        """The parts of a worker of this deployment."""
        return compose(self.settings)

    def totals(self, kind: str = "app_open") -> Counter[str]:
        """How often every user did something, over all partitions."""
        counted: Counter[str] = Counter()
        for number in range(self.partitions):
            users = self.memory(number).state.users
            for slot in users.live_slots().tolist():
                counted[str(users.ids[slot])] += int(users.rows["totals"][slot, TYPE_CODE[kind]])
        return counted

    @contextmanager
    def disconnected(self) -> Iterator[None]:
        """Let go of the broker for a while."""
        self.close()
        yield
        self.marks.clear()
        self._connect()

    def close(self) -> None:
        """Let go of the broker."""
        self._producer.close(timeout=5)
        self._reader.close()

    def _single(self) -> Iterable[str]:
        topics = self.topics
        return {
            topics.streams,
            topics.dead_letters,
            topics.watermarks,
            topics.examples,
            topics.models,
            topics.clock,
            topics.kpis,
            topics.visits,
            topics.refused_streams,
            topics.quotas,
        }

    def _read_to(self, place: tuple[str, int], end: int) -> list[Any]:
        asked = TopicPartition(*place)
        self._reader.assign([asked])
        self._reader.seek_to_beginning(asked)
        rows: list[Any] = []
        while self._reader.position(asked) < end:
            rows += self._reader.poll(timeout_ms=50).get(asked, [])
        self._reader.assign([self._marks])
        self._reader.seek(self._marks, 0)
        self.marks.clear()
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
