"""Makes sure that all topics exist as the topic table says, before anybody uses them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from features.errors import LivecueError
from streams.admin_client import Say, connect_admin

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

    from config import Kafka, Topic

__all__ = [
    "MissingTopicsError",
    "TopicReport",
    "TopicsError",
    "ensure_topics",
]

_READY_MS = 30_000
_TOPIC_EXISTS = 36
_UNKNOWN_TOPIC = 3


class TopicsError(LivecueError):
    """Topics are missing, cannot be created, or have another partition count than configured."""


class MissingTopicsError(TopicsError):
    """Topics are missing and were not to be created."""


@dataclass(frozen=True, slots=True)
class TopicReport:
    """What was found and done, by full topic name, in the order of the table."""

    created: tuple[str, ...]
    existing: tuple[str, ...]


def ensure_topics(
    kafka: Kafka,
    topics: Iterable[Topic],
    *,
    create: bool,
    timeout_s: float = 60.0,
    say: Say | None = None,
) -> TopicReport:
    """Create what is missing and check the partition count of what exists.

    Any number of processes may do this at once.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in
    create : whether missing topics are created; else they are an error
    timeout_s : how long Kafka may be away, retried with growing pauses
    say : told once that Kafka is waited for, and now and then how long still

    Raises
    ------
    KafkaAwayError
        Kafka did not answer within `timeout_s`.
    RefusedError
        Kafka is there, but we do not accept it, or it does not accept us.
    TopicsError
        What is wrong with the topics, all of it in one text.
    """
    wanted = list(topics)
    with connect_admin(kafka, timeout_s=timeout_s, say=say) as admin:
        missing = _check(admin, wanted)
        if missing and not create:
            raise MissingTopicsError(
                f"{_count(missing)} missing: {_names(missing)}. Create with `livecue topics`, or"
                " set topics.create = true"
            )
        if missing:
            _create(admin, missing)
            # Somebody may have created them differently at the same time.
            _check(admin, wanted)
    new = {topic.name for topic in missing}
    return TopicReport(
        created=tuple(topic.name for topic in wanted if topic.name in new),
        existing=tuple(topic.name for topic in wanted if topic.name not in new),
    )


def _check(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> list[Topic]:
    """The topics that are missing; existing ones with another partition count are refused."""
    found = _partition_counts(admin, wanted)
    wrong = [
        f"{topic.name} has {found[topic.name]}, not {topic.partitions}"
        for topic in wanted
        if topic.name in found and found[topic.name] != topic.partitions
    ]
    if wrong:
        raise TopicsError(
            f"Existing topics have another number of partitions: {'; '.join(wrong)}. Set"
            " topics.partitions to theirs, or choose another topics.prefix: a user's partition"
            " must never change"
        )
    return [topic for topic in wanted if topic.name not in found]


def _partition_counts(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, int]:
    """Number of partitions of those topics that exist, by full name.

    Raises
    ------
    TopicsError
        Kafka does not let us see a topic.
    """
    from kafka.errors import for_code

    counts: dict[str, int] = {}
    refused: list[str] = []
    for answer in admin.describe_topics([topic.name for topic in wanted]):
        code = answer["error_code"]
        if code == 0:
            counts[answer["name"]] = len(answer["partitions"])
        elif code != _UNKNOWN_TOPIC:
            refused.append(f"{answer['name']}: {for_code(code).__name__}")
    if refused:
        raise TopicsError(f"Kafka does not describe {'; '.join(refused)}")
    return counts


def _create(admin: KafkaAdminClient, missing: Sequence[Topic]) -> None:
    from kafka.errors import KafkaTimeoutError, for_code

    answer: dict[str, Any] = admin.create_topics(
        {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replication_factor,
                "configs": topic.broker_config(),
            }
            for topic in missing
        },
        raise_errors=False,
    )
    refused = [
        f"{topic['name']}: {topic.get('error_message') or for_code(topic['error_code']).__name__}"
        for topic in answer["topics"]
        if topic["error_code"] not in (0, _TOPIC_EXISTS)
    ]
    if refused:
        raise TopicsError(f"Kafka does not create {'; '.join(refused)}")
    try:
        admin.wait_for_topics([topic.name for topic in missing], timeout_ms=_READY_MS)
    except KafkaTimeoutError as error:
        raise TopicsError(f"Created topics do not become ready: {error}") from error


def _count(topics: Sequence[Topic]) -> str:
    return "1 topic is" if len(topics) == 1 else f"{len(topics)} topics are"


def _names(topics: Sequence[Topic]) -> str:
    return ", ".join(topic.name for topic in topics)
