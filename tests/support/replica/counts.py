"""Every user's counts as the workers committed them: the topic `state`, read back."""

from __future__ import annotations

from collections.abc import Iterator

from kafka import KafkaConsumer, TopicPartition

from features.contracts import INTERACTION_TYPES
from features.raw_records import RawRecords
from features.state import UserState, owns_key
from features.user_table import UserTable

__all__ = ["restored_counts"]

Rows = tuple[list[bytes], list[bytes | None]]


def restored_counts(
    bootstrap_servers: str, prefix: str, partitions: int
) -> dict[str, dict[str, int]]:
    """User to type of interaction to how often, never decayed; types that never came left out."""
    found: dict[str, dict[str, int]] = {}
    for keys, values in _partitions(bootstrap_servers, prefix + "state", partitions):
        users = UserTable("Asia/Shanghai", "zh-CN", (0, 0))
        state = UserState(users, window_ms=600_000, salt=0)
        state.restore(RawRecords.of(keys, values))
        for slot in users.live_slots().tolist():
            totals = users.rows["totals"][slot].tolist()
            counts = {kind: n for kind, n in zip(INTERACTION_TYPES, totals, strict=True) if n}
            found[str(users.ids[slot])] = counts
    return found


def _partitions(bootstrap_servers: str, topic: str, partitions: int) -> Iterator[Rows]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        # The broker has checked them; in pure Python it takes minutes a gigabyte.
        check_crcs=False,
        max_poll_records=20_000,
    )
    for number in range(partitions):
        place = TopicPartition(topic, number)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        keys: list[bytes] = []
        values: list[bytes | None] = []
        while consumer.position(place) < end:
            for row in consumer.poll(timeout_ms=500).get(place, []):
                if owns_key(row.key):
                    keys.append(row.key)
                    values.append(row.value)
        yield keys, values
    consumer.close()
