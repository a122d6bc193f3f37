"""Topics are created once, as the table says, and never silently used when they differ."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka import KafkaAdminClient

from config import Kafka, Settings, Topic, topics
from streams.admin_client import KafkaAwayError
from streams.embedded import EmbeddedKafka
from streams.embedded.ports import free_ports
from streams.topic_admin import TopicsError, ensure_topics


def at(bootstrap_servers: str) -> Kafka:
    """The settings of a Kafka at an address."""
    return Kafka(bootstrap_servers=bootstrap_servers)


@pytest.fixture
def table(topic_prefix: str) -> list[Topic]:
    """The topic table under a prefix of its own, with four user partitions."""
    settings = Settings.model_validate({"topics": {"prefix": topic_prefix, "partitions": 4}})
    return list(topics(settings).values())


def test_creates_what_is_missing_once(kafka: str, table: list[Topic]) -> None:
    """The first call creates all topics, the second finds them."""
    names = tuple(topic.name for topic in table)
    first = ensure_topics(at(kafka), table, create=True)
    assert (first.created, first.existing) == (names, ())
    second = ensure_topics(at(kafka), table, create=True)
    assert (second.created, second.existing) == ((), names)


def test_topics_are_as_the_table_says(kafka: str, table: list[Topic]) -> None:
    """Partition counts are those of the table, in Kafka's own answer."""
    ensure_topics(at(kafka), table, create=True)
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    found = {
        answer["name"]: len(answer["partitions"])
        for answer in admin.describe_topics([topic.name for topic in table])
    }
    admin.close()
    assert found == {topic.name: topic.partitions for topic in table}


def test_processes_may_create_at_once(kafka: str, table: list[Topic]) -> None:
    """Four that start together all succeed."""
    with ThreadPoolExecutor(4) as pool:
        starts = [pool.submit(ensure_topics, at(kafka), table, create=True) for _ in range(4)]
        reports = [start.result() for start in starts]
    assert all(len(report.created) + len(report.existing) == len(table) for report in reports)


def test_other_partition_counts_are_refused_all_at_once(kafka: str, table: list[Topic]) -> None:
    """One error names every topic whose partition count differs, and creates nothing."""
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    wrong = [topic for topic in table if topic.name.endswith(("interactions", "feedback"))]
    admin.create_topics({topic.name: {"num_partitions": 3} for topic in wrong})
    admin.wait_for_topics([topic.name for topic in wrong])
    with pytest.raises(TopicsError) as caught:
        ensure_topics(at(kafka), table, create=True)
    assert all(f"{topic.name} has 3, not 4" in str(caught.value) for topic in wrong)
    assert table[-1].name not in admin.list_topics()
    admin.close()


def test_missing_topics_are_an_error_when_not_created(kafka: str, table: list[Topic]) -> None:
    """With `create` off the missing ones are named."""
    with pytest.raises(TopicsError, match=f"missing: .*{table[0].name}"):
        ensure_topics(at(kafka), table, create=False)


def test_kafka_refusing_a_topic_is_told(kafka: str, topic_prefix: str) -> None:
    """More copies than brokers is Kafka's own error, with the topic's name."""
    settings = Settings.model_validate(
        {"topics": {"prefix": topic_prefix, "replication_factor": 3}}
    )
    with pytest.raises(TopicsError, match=r"does not create .*interactions.*replication factor"):
        ensure_topics(at(kafka), topics(settings).values(), create=True)


def test_kafka_away_is_told_and_given_up_in_time(table: list[Topic]) -> None:
    """Nobody listens: the operator hears of it, and it ends after the configured time."""
    said: list[str] = []
    (port,) = free_ports(1)
    started = time.monotonic()
    with pytest.raises(KafkaAwayError, match=f"127.0.0.1:{port} did not answer within 2 s"):
        ensure_topics(
            at(f"127.0.0.1:{port}"),
            table,
            create=True,
            timeout_s=2.0,
            say=said.append,
        )
    assert time.monotonic() - started < 8
    assert "does not answer yet" in said[0]


def test_a_late_kafka_is_waited_for(table: list[Topic], monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that comes up later is used once it is there."""
    ports = free_ports(2)
    monkeypatch.setattr("streams.embedded.kafka.free_ports", lambda _count: ports)
    broker = EmbeddedKafka(heap_mb=256)
    said = threading.Event()
    starter = threading.Thread(target=lambda: said.wait(10) and broker.start())
    starter.start()
    try:
        report = ensure_topics(
            at(f"127.0.0.1:{ports[0]}"),
            table,
            create=True,
            timeout_s=60,
            say=lambda _text: said.set(),
        )
        assert said.is_set()
        assert len(report.created) == len(table)
    finally:
        starter.join()
        broker.stop()
