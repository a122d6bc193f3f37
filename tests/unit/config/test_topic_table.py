"""The topics that Livecue creates."""

from __future__ import annotations

import pytest

from config import Settings, Topic, topics
from config.servers import Topics

_DAY_MS = 86_400_000
_MIB = 1_048_576


def table(
    prefix: str = "shop.", partitions: int = 5, replication_factor: int = 1
) -> dict[str, Topic]:
    """The table under these settings."""
    chosen = Topics(prefix=prefix, partitions=partitions, replication_factor=replication_factor)
    return topics(Settings(topics=chosen))


def test_names_carry_the_prefix() -> None:
    """A topic is found by its short name and has its full one."""
    assert {topic.name for topic in table().values()} == {f"shop.{short}" for short in table()}


def test_user_topics_have_the_same_partitions() -> None:
    """One user lives in one partition of every user topic; all others have one partition."""
    by_count = {short: topic.partitions for short, topic in table().items()}
    users = {"interactions", "feedback", "profiles", "reminders", "state"}
    assert {short for short, count in by_count.items() if count == 5} == users
    assert {count for short, count in by_count.items() if short not in users} == {1}


@pytest.mark.parametrize(
    ("short", "days"),
    [
        ("interactions", 7),
        ("reminders", 7),
        ("dead-letters", 30),
        ("clock", 1 / 24),
        ("examples", 7),
    ],
)
def test_deleting_topics_keep_records_as_long_as_promised(short: str, days: float) -> None:
    """Retention is told to the broker in milliseconds."""
    config = table()[short].broker_config()
    assert config["cleanup.policy"] == "delete"
    assert config["retention.ms"] == str(int(days * _DAY_MS))


@pytest.mark.parametrize("short", ["profiles", "streams", "kpis", "watermarks", "state", "models"])
def test_compacted_topics_have_no_retention(short: str) -> None:
    """What is compacted is kept for ever."""
    config = table()[short].broker_config()
    assert config["cleanup.policy"] == "compact"
    assert "retention.ms" not in config


def test_a_restarted_worker_still_reads_a_week_of_stream_records() -> None:
    """A stream's earlier records are safe from compaction for 7 days."""
    assert table()["streams"].broker_config()["min.compaction.lag.ms"] == str(7 * _DAY_MS)


def test_records_are_stamped_on_arrival() -> None:
    """A replay of years-old events must not be deleted at once by retention."""
    assert {t.broker_config()["message.timestamp.type"] for t in table().values()} == {
        "LogAppendTime"
    }


def test_a_dead_letter_of_two_mebibytes_fits_with_its_headers() -> None:
    """Whatever an input topic took, the dead-letter topic takes."""
    sizes = {short: topic.max_message_bytes for short, topic in table().items()}
    inputs = ("interactions", "feedback", "profiles", "streams")
    assert {sizes[short] for short in inputs} == {2 * _MIB}
    assert sizes["dead-letters"] > 2 * _MIB


def test_three_copies_need_two_in_sync() -> None:
    """With replicas a write counts once it would survive the loss of one broker."""
    replicated = table(replication_factor=3)["state"]
    assert replicated.replication_factor == 3
    assert replicated.broker_config()["min.insync.replicas"] == "2"
    assert table()["state"].broker_config()["min.insync.replicas"] == "1"
