"""Receive reminders: what a push channel reads."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import CommitFailedError, KafkaError
from kafka.structs import OffsetAndMetadata

from features.contracts import Reminder
from features.errors import LivecueError
from streams.clients.closing import Closing
from streams.clients.reachable import addresses

__all__ = ["ReminderConsumer"]

logger = logging.getLogger(__name__)
_POLL_MS = 200
_JOIN_S = 30.0
"""So long a group may take to give a new member partitions; that is not being idle."""
_COMMIT_S = 1.0
_COMMIT_TIMEOUT_MS = 10_000


class ReminderConsumer(Closing):
    """Iterate over the reminders of committed transactions; use it as a context manager.

    A reminder counts as processed when the next one is asked for; what was processed is committed
    each second, before more are fetched, and at the end. After a crash the last ones come again:
    at least once, so remember `reminder_id` where twice would hurt. None is shown after its
    `expires_ts`.

    Parameters
    ----------
    bootstrap_servers : `host:port` of Kafka, several joined by commas.
    group : consumer group; its members share the users, each user's reminders come in order.
    prefix : the deployment's `topics.prefix`.
    idle_s : stop iterating when nothing came for so long, once the group has given out its
        partitions; None: go on for ever.
    kafka_options : more settings of `kafka.KafkaConsumer`, such as TLS and SASL:
        `streams.connection.kafka_security` makes those from the settings.

    Raises
    ------
    LivecueError
        Kafka is away.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        group: str,
        prefix: str = "livecue.",
        *,
        idle_s: float | None = None,
        kafka_options: Mapping[str, Any] | None = None,
    ) -> None:
        self._idle_s = idle_s
        self._processed: dict[TopicPartition, int] = {}
        self._committed_s = time.monotonic()
        options: dict[str, Any] = {
            "bootstrap_servers": addresses(bootstrap_servers, kafka_options or {}),
            "group_id": group,
            "isolation_level": "read_committed",
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "allow_auto_create_topics": False,
            **(kafka_options or {}),
        }
        try:
            self._kafka = KafkaConsumer(**options)
            # Who joins the group before the topic is known is given nothing for minutes.
            self._kafka.partitions_for_topic(prefix + "reminders")
            self._kafka.subscribe([prefix + "reminders"])
        except KafkaError as error:
            raise LivecueError(f"Kafka at {bootstrap_servers} does not answer: {error}") from error

    def __iter__(self) -> Iterator[Reminder]:
        heard_s = time.monotonic() + _JOIN_S
        while self._idle_s is None or time.monotonic() - heard_s < self._idle_s:
            if self._kafka.assignment():
                heard_s = min(heard_s, time.monotonic())
            for partition, records in self._kafka.poll(timeout_ms=_POLL_MS).items():
                for record in records:
                    heard_s = time.monotonic()
                    reminder = _decoded(record)
                    if reminder is not None:
                        yield reminder
                    self._processed[partition] = record.offset + 1
                    if time.monotonic() - self._committed_s >= _COMMIT_S:
                        self.commit()
            self.commit()

    def commit(self) -> None:
        """Commit what has been processed so far."""
        self._committed_s = time.monotonic()
        if not self._processed:
            return
        owned = self._kafka.assignment()
        offsets = {
            partition: OffsetAndMetadata(offset, "", -1)
            for partition, offset in self._processed.items()
            if partition in owned
        }
        self._processed.clear()
        try:
            self._kafka.commit(offsets, timeout_ms=_COMMIT_TIMEOUT_MS)
        except CommitFailedError:
            logger.warning("the group has rebalanced: some reminders will come again")
        except KafkaError as error:
            raise LivecueError(
                f"Kafka did not take how far reminders were processed: {error!r}; some will come"
                " again"
            ) from error

    def close(self) -> None:
        """Commit what has been processed and leave the group; may be called twice."""
        try:
            self.commit()
        finally:
            self._kafka.close(autocommit=False)


_decoder = msgspec.json.Decoder(Reminder)


def _decoded(record: Any) -> Reminder | None:
    try:
        return _decoder.decode(record.value or b"")
    except msgspec.MsgspecError as error:
        where = f"{record.topic}[{record.partition}]@{record.offset}"
        logger.warning("%s is no reminder and is skipped: %s", where, error)
        return None
