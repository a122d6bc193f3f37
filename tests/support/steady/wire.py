"""The steady world's end of Kafka: inputs out, reminders and watermarks in."""

from __future__ import annotations

import gc
import json
import warnings
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from wirecheck.partitioner import partition_of
from wirecheck.records import INPUTS, USER_INPUTS, Wire

__all__ = ["Line", "read_all"]


class Line:
    """One producer and one `read_committed` consumer of a deployment.

    Attributes
    ----------
    marks : partition to its newest watermark.
    sent : (topic, partition) to how many records were handed to the producer.
    """

    def __init__(self, bootstrap_servers: str, prefix: str, partitions: int) -> None:
        self.prefix, self.partitions = prefix, partitions
        self.marks: dict[int, dict[str, Any]] = {}
        self.sent = {(topic, at): 0 for topic in USER_INPUTS for at in range(partitions)}
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap_servers,
            enable_idempotence=True,
            linger_ms=5,
            delivery_timeout_ms=180_000,
        )
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=50,
            max_poll_records=5_000,
        )
        places = [TopicPartition(prefix + "reminders", at) for at in range(partitions)]
        self._consumer.assign([*places, TopicPartition(prefix + "watermarks", 0)])

    def say(self, topic: str, key: str, fields: dict[str, Any] | None) -> None:
        """Hand a record to the producer, its id filled in."""
        name = "stream_id" if topic == "streams" else "user_id"
        value = None if fields is None else json.dumps({name: key, **fields}).encode()
        partition = 0
        if topic != "streams":
            partition = partition_of(key.encode(), self.partitions)
            self.sent[topic, partition] += 1
        self._producer.send(self.prefix + topic, key=key.encode(), value=value, partition=partition)

    def flush(self) -> None:
        """Wait until the broker has all of it."""
        self._producer.flush(180)

    def poll(self) -> list[dict[str, Any]]:
        """Reminders that came."""
        found = []
        for place, rows in self._consumer.poll(timeout_ms=20).items():
            values = [json.loads(row.value) for row in rows]
            if place.topic.endswith("watermarks"):
                self.marks.update((one["partition"], one) for one in values)
            else:
                found += values
        return found

    def applied(self, ends: dict[tuple[str, int], int]) -> bool:
        """Whether every partition has committed all records before these ends."""
        return len(self.marks) == self.partitions and all(
            self.marks[at]["offsets"].get(self.prefix + topic, 0) >= end
            for (topic, at), end in ends.items()
        )

    def close(self) -> None:
        """Let go of Kafka, of connections too that kafka-python forgot when a broker died."""
        self._producer.close(timeout=30)
        self._consumer.close()
        del self._producer, self._consumer
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
            gc.collect()


def read_all(bootstrap_servers: str, prefix: str, partitions: int) -> dict[str, list[Wire]]:
    """Every record of every topic that a judge needs, as a plain `read_committed` consumer."""
    names = dict.fromkeys((*USER_INPUTS, "reminders"), partitions)
    names |= dict.fromkeys(("streams", "watermarks", "dead-letters", "examples"), 1)
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        # The broker has checked them; in pure Python it takes minutes a gigabyte.
        check_crcs=False,
        max_poll_records=20_000,
    )
    found: dict[str, list[Wire]] = {name: [] for name in (*INPUTS, *names)}
    places = [TopicPartition(prefix + name, at) for name, n in names.items() for at in range(n)]
    ends = consumer.end_offsets(places)
    for place in places:
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        name = place.topic.removeprefix(prefix)
        while consumer.position(place) < ends[place]:
            for row in consumer.poll(timeout_ms=200).get(place, []):
                named = (name, row.partition, row.offset, row.key, row.value, tuple(row.headers))
                found[name].append(Wire(*named))
    consumer.close()
    return found
