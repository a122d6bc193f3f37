"""Producer and readers of one run, on plain kafka-python."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from wirecheck.partitioner import partition_of
from wirecheck.records import USER_INPUTS, Wire

__all__ = ["Bus"]

SINGLE = ("watermarks", "dead-letters")


class Bus:
    """Writes inputs and ticks, reads reminders, watermarks and dead letters of one prefix.

    Attributes
    ----------
    written : every input record, with the offset it has as the only writer's n-th.
    ends : (topic, partition) to end offset.
    reminder_ends : partition to the offset after the last reminder read.
    """

    def __init__(self, bootstrap_servers: str, prefix: str, partitions: int) -> None:
        self._prefix, self._partitions = prefix, partitions
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap_servers,
            enable_idempotence=True,
            linger_ms=5,
            batch_size=262_144,
            max_request_size=4_000_000,
        )
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=4_000_000,
            max_poll_records=20_000,
        )
        places = [("reminders", number) for number in range(partitions)]
        places += [(topic, 0) for topic in SINGLE]
        self._consumer.assign([TopicPartition(prefix + topic, at) for topic, at in places])
        self.written: list[Wire] = []
        self.read: dict[str, list[Wire]] = {"reminders": [], "watermarks": [], "dead-letters": []}
        self.reminder_ends = dict.fromkeys(range(partitions), 0)
        self.ends = {(topic, at): 0 for topic in USER_INPUTS for at in range(partitions)}
        self.ends["streams", 0] = 0

    def write(self, topic: str, key: bytes | None, value: bytes | None) -> Wire:
        """Append a record to an input; it is stored after the next `flush`."""
        single = topic == "streams"
        partition = 0 if single or key is None else partition_of(key, self._partitions)
        record = Wire(topic, partition, self.ends[topic, partition], key, value)
        self.ends[topic, partition] += 1
        self.written.append(record)
        self._producer.send(self._prefix + topic, key=key, value=value, partition=partition)
        return record

    def flush(self) -> None:
        """Wait until all that was written is stored."""
        self._producer.flush(timeout=60)

    def tick(self, ts: int) -> None:
        """Move the topic clock."""
        self.flush()
        self._producer.send(self._prefix + "clock", json.dumps({"ts": ts}).encode(), partition=0)
        self.flush()

    @contextmanager
    def leaving(self, topic: str) -> Iterator[None]:
        """Leave what comes in one of the topics for later: reading much of it takes long."""
        places = [at for at in self._consumer.assignment() if at.topic == self._prefix + topic]
        self._consumer.pause(*places)
        try:
            yield
        finally:
            self._consumer.resume(*places)

    def poll(self) -> None:
        """Read what there is now, or wait a moment for it."""
        for records in self._consumer.poll(timeout_ms=100).values():
            for one in records:
                topic = one.topic.removeprefix(self._prefix)
                self.read[topic].append(
                    Wire(topic, one.partition, one.offset, one.key, one.value, tuple(one.headers))
                )
                if topic == "reminders":
                    self.reminder_ends[one.partition] = one.offset + 1

    def poll_until(
        self, done: Callable[[], bool], timeout_s: float, alive: Callable[[], None]
    ) -> bool:
        """Read until a condition holds; False when it does not within `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not done():
            if time.monotonic() > deadline:
                return False
            alive()
            self.poll()
        return True

    def stored_ends(self) -> dict[tuple[str, int], int]:
        """End offsets of the inputs as the broker has them."""
        places = [TopicPartition(self._prefix + topic, number) for topic, number in self.ends]
        ends: dict[Any, int] = self._consumer.end_offsets(places)
        return {
            (at.topic.removeprefix(self._prefix), at.partition): end for at, end in ends.items()
        }

    def close(self) -> None:
        """Let go of the broker."""
        self._producer.close(timeout=10)
        self._consumer.close()

    def __enter__(self) -> Bus:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
