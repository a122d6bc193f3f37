"""Have a user forgotten, and see it done: `livecue erase`."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from config import Settings, topics
from features.contracts import Watermark
from features.errors import LivecueError
from features.hashing import murmur2_partition
from streams.connection import kafka_security
from streams.view.erasing import ViewErasure, erase_in_view

__all__ = ["Erasure", "erase"]

_POLL_MS = 250
_watermark = msgspec.json.Decoder(Watermark)


@dataclass(frozen=True)
class Erasure:
    """What was done, and what is left.

    Attributes
    ----------
    partition, offset : of the record in `profiles`.
    applied : whether the worker that owns the partition has committed it.
    view : what became of the user's keys in Redis.
    remains : by topic, full name: what may still be of the user there, and for how long.
    """

    user_id: str
    ts: int
    partition: int
    offset: int
    applied: bool
    view: ViewErasure
    remains: dict[str, str]

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be done."""
        return self.applied and self.view.done


def erase(settings: Settings, user_id: str, timeout_s: float) -> Erasure:
    """Write the erasure, wait until it is applied, then empty the view.

    Raises
    ------
    LivecueError
        Kafka does not take the record; nothing has been done.
    """
    number = int(murmur2_partition([user_id.encode()], settings.topics.partitions)[0])
    with contextlib.closing(_Watermarks(settings, number)) as watermarks:
        ts = watermarks.clock_ts() if settings.clock == "topic" else -1
        ts = time.time_ns() // 1_000_000 if ts < 0 else ts
        offset = _write(settings, user_id, number, ts)
        applied = watermarks.passed(offset, timeout_s)
    view = erase_in_view(settings, user_id)
    return Erasure(user_id, ts, number, offset, applied, view, _remains(settings))


class _Watermarks:
    """The watermarks of one user partition, read from the beginning of their topic."""

    def __init__(self, settings: Settings, number: int) -> None:
        self._number = number
        self._profiles = settings.topics.prefix + "profiles"
        self._newest: Watermark | None = None
        self._topic = TopicPartition(settings.topics.prefix + "watermarks", 0)
        self._consumer = KafkaConsumer(
            bootstrap_servers=str(settings.kafka.bootstrap_servers).split(","),
            **kafka_security(settings.kafka),
            isolation_level="read_committed",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
        )
        self._consumer.assign([self._topic])
        self._consumer.seek_to_beginning(self._topic)

    def clock_ts(self) -> int:
        """Time of the newest one, epoch ms; −1 without any."""
        end = self._consumer.end_offsets([self._topic])[self._topic]
        while self._consumer.position(self._topic) < end:
            self._poll()
        return -1 if self._newest is None else self._newest.clock_ts

    def passed(self, offset: int, timeout_s: float) -> bool:
        """Wait until the owner has committed the profile record at `offset`."""
        deadline_s = time.monotonic() + timeout_s
        while not self._beyond(offset):
            if time.monotonic() > deadline_s:
                return False
            self._poll()
        return True

    def close(self) -> None:
        """Disconnect."""
        self._consumer.close()

    def _beyond(self, offset: int) -> bool:
        return self._newest is not None and self._newest.offsets.get(self._profiles, 0) > offset

    def _poll(self) -> None:
        for rows in self._consumer.poll(timeout_ms=_POLL_MS).values():
            for row in rows:
                if row.key == str(self._number).encode():
                    self._newest = _watermark.decode(row.value)


def _write(settings: Settings, user_id: str, number: int, ts: int) -> int:
    """Write the record where the partitioner would, and return its offset."""
    producer = KafkaProducer(
        bootstrap_servers=str(settings.kafka.bootstrap_servers).split(","),
        **kafka_security(settings.kafka),
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
    )
    value = msgspec.json.encode({"user_id": user_id, "ts": ts, "erase": True})
    topic = settings.topics.prefix + "profiles"
    try:
        sent = producer.send(topic, key=user_id.encode(), value=value, partition=number)
        return int(sent.get(timeout=settings.kafka.request_timeout_s).offset)
    except KafkaError as error:
        raise LivecueError(
            f"Kafka did not take the record for {topic}: {error!r}; nothing has been done"
        ) from error
    finally:
        producer.close()


def _remains(settings: Settings) -> dict[str, str]:
    """What topics hold of a user who was erased, by full name."""
    table = topics(settings)
    kept: dict[str, str] = {}
    for short in ("interactions", "feedback", "reminders", "examples", "dead-letters"):
        days = (table[short].retention_ms or 0) // 86_400_000
        kept[short] = f"records until {days} days old"
    kept["profiles"] = "this record, with id and time alone; older ones until compaction"
    kept["state"] = "a tombstone, and a salted hash for 24 h; older records until compaction"
    return {table[short].name: text for short, text in kept.items()}
