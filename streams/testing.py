"""Doubles for tests of what is built on Livecue: records, a clock to move, a log in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from faust.types import TP

from features.raw_records import NO_TIMESTAMP
from streams.engine.batches import BatchScheduler, RecordBatch
from streams.raw.fetched import Fetched
from streams.raw.single_records import in_columns

__all__ = [
    "MemoryInputs",
    "MemoryRecord",
    "MovableClock",
    "feedback",
    "interaction",
    "profile",
    "stream",
]

DAY_MS = 86_400_000
KeyValue = tuple[bytes, bytes]
Bare = tuple[bytes | None, bytes | None]


def interaction(user_id: str, kind: str = "app_open", ts: int = 0, **fields: Any) -> KeyValue:
    """Key and value of an `interactions` record; its `event_id` follows from what it says.

    >>> interaction("u1", "follow", 5, host_id="h1")[1]
    b'{"event_id":"follow-5","type":"follow","user_id":"u1","ts":5,"host_id":"h1"}'
    """
    said = {"event_id": f"{kind}-{ts}", "type": kind, "user_id": user_id, "ts": ts}
    return user_id.encode(), msgspec.json.encode(said | fields)


def feedback(user_id: str, kind: str = "opened", ts: int = 0, **fields: Any) -> KeyValue:
    """Key and value of a `feedback` record; its `event_id` follows from what it says."""
    said: dict[str, Any] = {"event_id": f"{kind}-{ts}", "type": kind, "user_id": user_id, "ts": ts}
    if kind not in {"muted", "unmuted"}:
        said["reminder_id"] = "0" * 32
    return user_id.encode(), msgspec.json.encode(said | fields)


def profile(user_id: str, ts: int = 0, **fields: Any) -> KeyValue:
    """Key and value of a `profiles` record."""
    return user_id.encode(), msgspec.json.encode({"user_id": user_id, "ts": ts} | fields)


def stream(stream_id: str, ts: int = 0, **fields: Any) -> KeyValue:
    """Key and value of a `streams` record, scheduled a day after `ts` unless told otherwise."""
    said = {
        "stream_id": stream_id,
        "ts": ts,
        "status": "scheduled",
        "host_id": f"host of {stream_id}",
        "title": f"title of {stream_id}",
        "start_ts": ts + DAY_MS,
    }
    return stream_id.encode(), msgspec.json.encode(said | fields)


class MovableClock:
    """A clock that stands still until it is moved; call it for the time in epoch ms.

    >>> clock = MovableClock(1_000)
    >>> clock.advance(500)
    1500
    >>> clock(), clock.tick()
    (1500, b'{"ts":1500}')
    """

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        """Now, in epoch ms."""
        return self.now_ms

    def advance(self, by_ms: int) -> int:
        """Move on, and return the new time in epoch ms."""
        self.now_ms += by_ms
        return self.now_ms

    def tick(self) -> bytes:
        """The value of a record of the topic `clock` that says this time."""
        return msgspec.json.encode({"ts": self.now_ms})


@dataclass(slots=True)
class MemoryRecord:
    """One record of a log in memory, in the shape in which the engine reads Kafka's."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int | None = NO_TIMESTAMP


class MemoryInputs:
    """Logs in memory and the consumer of them: an `InputConsumer` without Kafka.

    Attributes
    ----------
    seeks : every seek so far, as (topic, partition, offset).
    """

    def __init__(self) -> None:
        self.seeks: list[tuple[str, int, int]] = []
        # Faust declares the constructor of every scheduler abstract.
        self._scheduler = BatchScheduler()  # type: ignore[abstract]
        self._logs: defaultdict[TP, list[MemoryRecord]] = defaultdict(list)
        self._ends: defaultdict[TP, int] = defaultdict(int)
        self._positions: defaultdict[TP, int] = defaultdict(int)

    def append(
        self, topic: str, partition: int, *records: tuple[bytes | None, bytes | None]
    ) -> int:
        """Write (key, value) records and return the end offset."""
        tp = TP(topic, partition)
        for key, value in records:
            self._logs[tp].append(MemoryRecord(self._ends[tp], key, value))
            self._ends[tp] += 1
        return self._ends[tp]

    def leave_hole(self, topic: str, partition: int, offsets: int = 1) -> int:
        """Skip offsets, as compaction and transaction markers do, and return the end offset."""
        tp = TP(topic, partition)
        self._ends[tp] += offsets
        return self._ends[tp]

    def fetch(self, most: int = 500) -> list[RecordBatch]:
        """Fetch up to `most` records of each log from its position, as the engine's batches."""
        return list(self._fetch(most))

    def move(self, topic: str, partition: int, offset: int) -> None:
        """Fetch again from `offset`, as `seek` does."""
        self.seeks.append((topic, partition, offset))
        self._positions[TP(topic, partition)] = offset

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        """Fetch again from `offset`."""
        self.move(topic, partition, offset)

    async def position(self, topic: str, partition: int) -> int:
        """Offset that will be fetched next."""
        return self._positions[TP(topic, partition)]

    def _fetch(self, most: int) -> Iterator[RecordBatch]:
        fetched: dict[TP, list[Fetched]] = {}
        for tp in sorted(self._ends):
            start = self._positions[tp]
            rows = [row for row in self._logs[tp] if row.offset >= start][:most]
            end = self._ends[tp] if len(rows) < most else rows[-1].offset + 1
            self._positions[tp] = end
            if end > start:
                fetched[tp] = [Fetched(in_columns(rows), start, end)]
        for _, batch in self._scheduler.iterate(fetched):
            yield batch
