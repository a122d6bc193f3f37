"""What a deployment has done, as seen from outside: watermarks and reminders, read committed."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition as AioPartition
from kafka import KafkaConsumer, TopicPartition

from benchmarks.speed.deployment import Deployment, Worker, until

__all__ = ["Reminders", "Visible", "Watermarks", "count_committed"]

POLL_MS = 20


class _Follower(threading.Thread, ABC):
    """A thread that reads some partitions from their present end on, read committed."""

    def __init__(self, deployment: Deployment, topic: str, *, from_start: bool) -> None:
        super().__init__(daemon=True)
        self._stop_it = threading.Event()
        self._failure: BaseException | None = None
        self._consumer = KafkaConsumer(
            bootstrap_servers=deployment.bootstrap_servers,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=200_000,
            # In pure Python it takes a microsecond a byte, and what is seen would be seen late.
            check_crcs=False,
            max_partition_fetch_bytes=8 << 20,
            fetch_max_bytes=64 << 20,
        )
        name = deployment.topic(topic)
        numbers = sorted(self._consumer.partitions_for_topic(name) or [])
        parts = [TopicPartition(name, number) for number in numbers]
        self._consumer.assign(parts)
        if from_start:
            self._consumer.seek_to_beginning(*parts)
        else:
            self._consumer.seek_to_end(*parts)
        for part in parts:
            self._consumer.position(part)
        self.start()

    def run(self) -> None:
        try:
            while not self._stop_it.is_set():
                found = self._consumer.poll(timeout_ms=POLL_MS)
                if found:
                    self.take(found, time.time())
        except BaseException as error:
            self._failure = error

    @abstractmethod
    def take(self, found: dict[Any, list[Any]], now: float) -> None:
        """Take records by partition, seen at `now` (epoch seconds)."""

    def close(self) -> None:
        """End the thread."""
        self._stop_it.set()
        self.join(10)
        self._consumer.close()

    def wait(
        self, condition: Callable[[], bool], timeout_s: float, what: str, *workers: Worker
    ) -> None:
        """Wait until a condition holds while the workers live; see `until`."""

        def holds() -> bool:
            if self._failure is not None:
                raise RuntimeError(f"cannot read: {self._failure!r}")
            for worker in workers:
                worker.check()
            return condition()

        until(holds, timeout_s, what, poll_s=0.01)


class Watermarks(_Follower):
    """The newest watermark of each partition, and when each partition's input moved on.

    Attributes
    ----------
    moved
        By partition, (epoch seconds, next offset of `interactions`) whenever that grew.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._interactions = deployment.topic("interactions")
        self.partitions = deployment.partitions
        self.moved: dict[int, list[tuple[float, int]]] = {}
        self.marks: dict[int, dict[str, Any]] = {}
        super().__init__(deployment, "watermarks", from_start=True)

    def take(self, found: dict[Any, list[Any]], now: float) -> None:
        """Take records by partition."""
        for rows in found.values():
            for row in rows:
                mark = orjson.loads(row.value)
                number, offset = mark["partition"], mark["offsets"].get(self._interactions, 0)
                moved = self.moved.setdefault(number, [])
                if not moved or offset > moved[-1][1]:
                    moved.append((now, offset))
                self.marks[number] = mark

    def done(self, topic: str | None = None) -> int:
        """Return how many records of `interactions` (or another full name) are committed."""
        name = topic or self._interactions
        return sum(int(mark["offsets"].get(name, 0)) for mark in list(self.marks.values()))

    def reached(self, clock_ts: int) -> bool:
        """Return whether all partitions are at `clock_ts`, epoch ms, or beyond."""
        marks = list(self.marks.values())
        return len(marks) == self.partitions and min(m["clock_ts"] for m in marks) >= clock_ts


class Reminders(_Follower):
    """Reminders from now on, one by one: when each became visible, when it was written, its value.

    Attributes
    ----------
    records
        (seen, epoch seconds; appended to the log, epoch ms; value).
    """

    def __init__(self, deployment: Deployment) -> None:
        self.records: list[tuple[float, int, bytes]] = []
        super().__init__(deployment, "reminders", from_start=False)

    def take(self, found: dict[Any, list[Any]], now: float) -> None:
        """Take records by partition."""
        for rows in found.values():
            self.records += [(now, row.timestamp, row.value) for row in rows]


class Visible(threading.Thread):
    """How far a `read_committed` consumer could read in `reminders`, asked every few ms.

    It costs next to nothing, unlike reading a million records beside the worker. Offsets count
    a marker for each transaction too.

    Attributes
    ----------
    grown
        (epoch seconds, records visible since it was made), whenever that grew.
    """

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(daemon=True)
        self._stop_it = threading.Event()
        self._failure: BaseException | None = None
        self._consumer = KafkaConsumer(
            bootstrap_servers=deployment.bootstrap_servers, isolation_level="read_committed"
        )
        name = deployment.topic("reminders")
        self._parts = [TopicPartition(name, number) for number in range(deployment.partitions)]
        self._before = self._total()
        self.grown: list[tuple[float, int]] = []
        self.start()

    def run(self) -> None:
        """Ask until closed."""
        try:
            while not self._stop_it.wait(POLL_MS / 1000):
                total = self._total() - self._before
                if total > self.count:
                    self.grown.append((time.time(), total))
        except BaseException as error:
            self._failure = error

    @property
    def count(self) -> int:
        """How many records are visible so far."""
        if self._failure is not None:
            raise RuntimeError(f"cannot ask: {self._failure!r}")
        return self.grown[-1][1] if self.grown else 0

    def close(self) -> None:
        """End the thread."""
        self._stop_it.set()
        self.join(10)
        self._consumer.close()

    def _total(self) -> int:
        return sum(self._consumer.end_offsets(self._parts).values())


async def count_committed(deployment: Deployment, topic: str) -> int:
    """Return how many records a `read_committed` consumer finds in a topic."""
    async with AIOKafkaConsumer(
        bootstrap_servers=deployment.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 << 20,
    ) as consumer:
        name = deployment.topic(topic)
        parts = [AioPartition(name, number) for number in range(deployment.partitions)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        found, idle = 0, 0
        # An end offset may lie behind a marker, which no fetch returns.
        while idle < 4:
            got = await consumer.getmany(timeout_ms=250, max_records=100_000)
            count = sum(map(len, got.values()))
            found, idle = found + count, 0 if count else idle + 1
        return found
