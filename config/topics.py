"""The topic table: every topic of the wire contract and the internal ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.settings import Settings

__all__ = ["Topic", "topics"]

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_MIB = 1024 * 1024
# A dead letter holds a value of 2 MiB whole, and its key, headers and batch frame beside it.
_DEAD_LETTER_BYTES = 2 * _MIB + 16 * 1024

Cleanup = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic as Livecue creates and checks it.

    `retention_ms` is None for compacted topics; `compaction_lag_ms` keeps records that young from
    compaction, so that a starting worker still reads all of them.
    """

    name: str
    partitions: int
    replication_factor: int
    cleanup: Cleanup
    retention_ms: int | None
    max_message_bytes: int
    compaction_lag_ms: int

    def broker_config(self) -> dict[str, str]:
        """The topic's settings as Kafka's admin API takes them.

        Kafka stamps records on arrival: a producer's own timestamps, which may be years old in a
        replay, must not decide what retention deletes.
        """
        config = {
            "cleanup.policy": self.cleanup,
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "2" if self.replication_factor > 2 else "1",
        }
        if self.retention_ms is not None:
            config["retention.ms"] = str(self.retention_ms)
        if self.compaction_lag_ms:
            config["min.compaction.lag.ms"] = str(self.compaction_lag_ms)
        return config


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table; `days` is how long a deleting topic keeps a record."""

    by_user: bool
    days: float | None = None
    max_message_bytes: int = 2 * _MIB
    compaction_lag_days: int = 0


_TABLE = {
    "interactions": _Row(by_user=True, days=7),
    "feedback": _Row(by_user=True, days=7),
    "profiles": _Row(by_user=True),
    "streams": _Row(by_user=False, compaction_lag_days=7),
    "reminders": _Row(by_user=True, days=7),
    "kpis": _Row(by_user=False),
    "dead-letters": _Row(by_user=False, days=30, max_message_bytes=_DEAD_LETTER_BYTES),
    "watermarks": _Row(by_user=False),
    "clock": _Row(by_user=False, days=1 / 24),
    "state": _Row(by_user=True),
    "examples": _Row(by_user=False, days=7),
    "models": _Row(by_user=False),
    "kpi-parts": _Row(by_user=False),
    "visits": _Row(by_user=False, days=7),
    "refused-streams": _Row(by_user=False),
    "quotas": _Row(by_user=False, days=7),
}


def topics(settings: Settings) -> dict[str, Topic]:
    """Every topic by its short name: `topics(settings)["state"].name == "livecue.state"`."""
    chosen = settings.topics
    return {
        short: Topic(
            name=chosen.prefix + short,
            partitions=chosen.partitions if row.by_user else 1,
            replication_factor=chosen.replication_factor,
            cleanup="compact" if row.days is None else "delete",
            retention_ms=None if row.days is None else round(row.days * _DAY_MS),
            max_message_bytes=row.max_message_bytes,
            compaction_lag_ms=row.compaction_lag_days * _DAY_MS,
        )
        for short, row in _TABLE.items()
    }
