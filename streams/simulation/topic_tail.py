"""Follow whole topics without a consumer group, as simulators and the console do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from config import Kafka
from features.errors import LivecueError
from streams.clients.closing import Closing
from streams.clients.reachable import addresses
from streams.connection import kafka_security

__all__ = ["TopicTail"]


class TopicTail(Closing):
    """Reads committed records of all partitions of some topics as they come.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in.
    topics : full names.
    recent : how many records that are there already to begin with, a partition; None for all.

    Raises
    ------
    LivecueError
        Kafka is away, or a topic is missing.
    """

    def __init__(self, kafka: Kafka, topics: Iterable[str], recent: int | None = 0) -> None:
        security = kafka_security(kafka)
        self._kafka = KafkaConsumer(
            bootstrap_servers=addresses(str(kafka.bootstrap_servers), security),
            **security,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=100,
            max_poll_records=5_000,
        )
        try:
            self._assign([tp for topic in topics for tp in self._partitions(topic)], recent)
        except BaseException:
            self._kafka.close()
            raise

    def poll(self, timeout_s: float) -> list[Any]:
        """Records that came within the time, as `kafka-python` gives them; at once when some are
        there."""
        fetched = self._kafka.poll(timeout_ms=int(timeout_s * 1000))
        return [record for records in fetched.values() for record in records]

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Offset of the next record to be written, by partition."""
        ends = self._kafka.end_offsets(self._partitions(topic))
        return {partition.partition: int(offset) for partition, offset in ends.items()}

    def close(self) -> None:
        """Disconnect; may be called twice."""
        self._kafka.close()

    def _partitions(self, topic: str) -> list[TopicPartition]:
        numbers = self._kafka.partitions_for_topic(topic)
        if not numbers:
            raise LivecueError(f"The topic {topic} does not exist; `livecue topics` creates it")
        return [TopicPartition(topic, number) for number in sorted(numbers)]

    def _assign(self, partitions: list[TopicPartition], recent: int | None) -> None:
        self._kafka.assign(partitions)
        if recent is None:
            return
        first = self._kafka.beginning_offsets(partitions)
        for partition, end in self._kafka.end_offsets(partitions).items():
            self._kafka.seek(partition, max(first[partition], end - recent))
