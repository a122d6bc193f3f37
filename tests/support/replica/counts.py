"""Every user's counts as the workers committed them: the topic `state`, read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from kafka import KafkaConsumer, TopicPartition

from features.contracts import INTERACTION_TYPES
from features.raw_records import RawRecords
from features.state import UserState, are_ours
from features.user_table import UserTable

__all__ = ["restored_counts"]


def restored_counts(
    bootstrap_servers: str, prefix: str, partitions: int
) -> dict[str, dict[str, int]]:
    """User to type of interaction to how often, never decayed; types that never came left out."""
    found: dict[str, dict[str, int]] = {}
    for records in _partitions(bootstrap_servers, prefix + "state", partitions):
        users = UserTable("Asia/Shanghai", "zh-CN", (0, 0))
        state = UserState(users, window_ms=600_000, salt=0)
        state.restore(records)
        for slot in users.live_slots().tolist():
            totals = users.rows["totals"][slot].tolist()
            counts = {kind: n for kind, n in zip(INTERACTION_TYPES, totals, strict=True) if n}
            found[str(users.ids[slot])] = counts
    return found


def _partitions(bootstrap_servers: str, topic: str, partitions: int) -> Iterator[RawRecords]:
    """Yield what compaction would leave of each partition: the last record of every key."""
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
        last: dict[bytes, bytes | None] = {}
        while consumer.position(place) < end:
            for row in consumer.poll(timeout_ms=500).get(place, []):
                last[row.key] = row.value
        records = RawRecords.of(list(last), list(last.values()))
        yield records.take(np.flatnonzero(are_ours(records)))
    consumer.close()
