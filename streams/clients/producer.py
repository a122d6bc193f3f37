"""Report what people do, what became of reminders, who people are, which streams there are."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Unpack

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError

from features.contracts import ClockTick, Feedback, FeedbackType, Interaction, InteractionType
from streams.clients.about import About
from streams.clients.errors import DeliveryError
from streams.clients.event_id import new_event_id
from streams.clients.outgoing import InputRecord, outgoing
from streams.clients.reachable import addresses

__all__ = ["EventProducer"]

_FLUSH_S = 60.0


class EventProducer:
    """An idempotent, batching producer of the four input topics; use it as a context manager.

    Sending returns at once: what Kafka refuses later is raised by `flush` and at the end.

    Parameters
    ----------
    bootstrap_servers : `host:port` of Kafka, several joined by commas.
    prefix : the deployment's `topics.prefix`.
    linger_ms : how long a record may wait for others to travel with.
    kafka_options : more settings of `kafka.KafkaProducer`, such as TLS and SASL:
        `streams.connection.kafka_security` makes those from the settings.

    Raises
    ------
    LivecueError
        Nobody listens at these addresses.
    DeliveryError
        Kafka does not answer, a topic is missing, or records were refused.
    InvalidRecordError
        A record that workers would refuse; it is not sent.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        prefix: str = "livecue.",
        *,
        linger_ms: int = 20,
        kafka_options: Mapping[str, Any] | None = None,
    ) -> None:
        self._prefix = prefix
        self._lock = threading.Lock()
        self._failed = 0
        self._first_failure = ""
        options: dict[str, Any] = {
            "bootstrap_servers": addresses(bootstrap_servers, kafka_options or {}),
            "enable_idempotence": True,
            "acks": "all",
            "linger_ms": linger_ms,
            "batch_size": 256 * 1024,
            "max_request_size": 2 << 20,
            "max_block_ms": 30_000,
            "delivery_timeout_ms": 60_000,
            # A topic that a typo creates would have the wrong number of partitions.
            "allow_auto_create_topics": False,
            **(kafka_options or {}),
        }
        try:
            self._kafka = KafkaProducer(**options)
        except KafkaError as error:
            raise DeliveryError(f"Kafka at {bootstrap_servers} does not answer: {error}") from error

    def interaction(
        self,
        kind: InteractionType,
        user_id: str,
        *,
        ts: int | None = None,
        event_id: str | None = None,
        **about: Unpack[About],
    ) -> None:
        """Report what a user did, now unless `ts` (epoch ms) says when."""
        stamped = (event_id or new_event_id(), _now_ms() if ts is None else ts)
        self.send(
            Interaction(event_id=stamped[0], type=kind, user_id=user_id, ts=stamped[1], **about)
        )

    def feedback(
        self,
        kind: FeedbackType,
        user_id: str,
        reminder_id: str | None = None,
        *,
        ts: int | None = None,
        event_id: str | None = None,
    ) -> None:
        """Report what became of a reminder, now unless `ts` (epoch ms) says when."""
        self.send(
            Feedback(
                event_id=event_id or new_event_id(),
                type=kind,
                user_id=user_id,
                ts=_now_ms() if ts is None else ts,
                reminder_id=reminder_id,
            )
        )

    def send(self, record: InputRecord) -> None:
        """Send a record to the topic of its type, under its own key."""
        topic, key, value = outgoing(record)
        self._send(topic, key, value)

    def erase(self, user_id: str) -> None:
        """Have a user forgotten: a profile record without a value."""
        self._send("profiles", user_id.encode(), None)

    def tick(self, ts: int) -> None:
        """Say what time it is, epoch ms, to workers with `clock = "topic"`; for simulators.

        All that was sent before has arrived when the tick is written.
        """
        self.flush()
        self._send("clock", None, msgspec.json.encode(ClockTick(ts)))
        self.flush()

    def flush(self, timeout_s: float = _FLUSH_S) -> None:
        """Wait until Kafka has everything that was sent."""
        try:
            self._kafka.flush(timeout_s)
        except KafkaError as error:
            raise DeliveryError(
                f"Kafka did not take everything within {timeout_s:g} s; is it running?"
            ) from error
        with self._lock:
            failed, cause = self._failed, self._first_failure
            self._failed = 0
        if failed:
            raise DeliveryError(f"{failed} records were not delivered; the first: {cause}")

    def close(self, timeout_s: float = _FLUSH_S) -> None:
        """Deliver what was sent and disconnect; may be called twice."""
        try:
            self.flush(timeout_s)
        finally:
            # What could not be flushed is lost, and has been said so.
            with contextlib.suppress(KafkaError):
                self._kafka.close(0 if self._failed else timeout_s)

    def _send(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        name = self._prefix + topic
        try:
            sent = self._kafka.send(name, key=key, value=value)
        except (KafkaError, AssertionError) as error:
            raise DeliveryError(
                f"Kafka took no record for {name}: {error}. Is it running, and does the topic"
                " exist (`livecue topics`)?"
            ) from error
        sent.add_errback(self._note_failure, name)

    def _note_failure(self, topic: str, error: BaseException) -> None:
        with self._lock:
            if not self._failed:
                self._first_failure = f"{topic}: {error!r}"
            self._failed += 1

    def __enter__(self) -> EventProducer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            # The error that ends the block is what the caller must see.
            with contextlib.suppress(DeliveryError):
                self.close(5.0)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
