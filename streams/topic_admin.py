"""Makes sure that all topics exist as the topic table says, before anybody uses them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from features.errors import LivecueError

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

    from config import Topic

__all__ = [
    "KafkaAwayError",
    "MissingTopicsError",
    "TopicReport",
    "TopicsError",
    "connect_admin",
    "ensure_topics",
    "partition_counts",
]

_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 5.0
_ATTEMPT_S = 5.0
_READY_MS = 30_000
_TOPIC_EXISTS = 36
_UNKNOWN_TOPIC = 3

Say = Callable[[str], None]


class KafkaAwayError(LivecueError):
    """Kafka did not answer within the configured time."""


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
    bootstrap_servers: str,
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
    create : whether missing topics are created; else they are an error
    timeout_s : how long Kafka may be away, retried with growing pauses
    say : told once that Kafka is waited for, and now and then how long still

    Raises
    ------
    KafkaAwayError
        Kafka did not answer within `timeout_s`.
    TopicsError
        What is wrong with the topics, all of it in one text.
    """
    wanted = list(topics)
    with connect_admin(bootstrap_servers, timeout_s=timeout_s, say=say) as admin:
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


@contextmanager
def connect_admin(
    bootstrap_servers: str, *, timeout_s: float, say: Say | None = None
) -> Iterator[KafkaAdminClient]:
    """An admin client, once Kafka answers.

    Raises
    ------
    KafkaAwayError
        It did not answer within `timeout_s`.
    """
    admin = _connect(bootstrap_servers, time.monotonic() + timeout_s, timeout_s, say)
    try:
        yield admin
    finally:
        admin.close()


def _connect(
    bootstrap_servers: str, deadline: float, timeout_s: float, say: Say | None
) -> KafkaAdminClient:
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            # First a plain connection: a client that cannot start leaves its sockets open.
            _connect_once(bootstrap_servers)
            return KafkaAdminClient(
                bootstrap_servers=bootstrap_servers.split(","),
                bootstrap_timeout_ms=int(_ATTEMPT_S * 1000),
            )
        except (KafkaError, OSError) as error:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise KafkaAwayError(
                    f"Kafka at {bootstrap_servers} did not answer within {timeout_s:g} s"
                    f" (kafka.start_timeout_s): {error}. Is it running, and is the address right?"
                ) from error
        if say is not None:
            say(f"Kafka at {bootstrap_servers} does not answer yet; giving up in {left_s:.0f} s")
        time.sleep(min(pause_s, left_s))
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


def _connect_once(bootstrap_servers: str) -> None:
    """Open and close a connection to one of the servers, or raise the last one's `OSError`."""
    refused = OSError("no address")
    for address in bootstrap_servers.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_ATTEMPT_S).close()
        except OSError as error:
            refused = error
        else:
            return
    raise refused


def _check(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> list[Topic]:
    """The topics that are missing; existing ones with another partition count are refused."""
    found = partition_counts(admin, wanted)
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


def partition_counts(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, int]:
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
