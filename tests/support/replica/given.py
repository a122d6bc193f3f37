"""What partitions gave each other of quotas: the topic `quotas`, read back."""

from __future__ import annotations

import msgspec
from kafka import KafkaConsumer, TopicPartition

from reminders.quota_exchange import Note

__all__ = ["given_invites"]


def given_invites(bootstrap_servers: str, prefix: str) -> int:
    """How many invitations went from one partition to another."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
    )
    place, total = TopicPartition(prefix + "quotas", 0), 0
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end = consumer.end_offsets([place])[place]
    while consumer.position(place) < end:
        for row in consumer.poll(timeout_ms=100).get(place, []):
            gifts = msgspec.msgpack.decode(row.value, type=Note).gifts or {}
            total += sum(gifts.values())
    consumer.close()
    return total
