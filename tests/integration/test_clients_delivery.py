"""The clients against a real broker: what is sent arrives rightly, what is processed is kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from config import Kafka, Settings, topics
from config.servers import Topics
from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from features.contracts.examples import EXAMPLES
from features.errors import LivecueError
from features.hashing import murmur2_partition
from streams.clients import DeliveryError, EventProducer, InvalidRecordError, ReminderConsumer
from streams.topic_admin import ensure_topics

_ROOT = Path(__file__).parents[2]
_PARTITIONS = 4


@pytest.fixture
def prefix(kafka: str, topic_prefix: str) -> str:
    """A prefix under which all topics exist."""
    settings = Settings(topics=Topics(prefix=topic_prefix, partitions=_PARTITIONS))
    server = Kafka(bootstrap_servers=kafka)
    ensure_topics(server, topics(settings).values(), create=True, timeout_s=30)
    return topic_prefix


def _records(kafka: str, topic: str, count: int) -> dict[int, list[tuple[bytes, bytes | None]]]:
    """Key and value of a topic's first `count` records, by partition."""
    consumer = KafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    numbers = consumer.partitions_for_topic(topic)
    consumer.assign([TopicPartition(topic, number) for number in numbers])
    found: dict[int, list[tuple[bytes, bytes | None]]] = {number: [] for number in numbers}
    deadline = time.monotonic() + 20
    while sum(map(len, found.values())) < count and time.monotonic() < deadline:
        for partition, rows in consumer.poll(timeout_ms=100).items():
            found[partition.partition] += [(row.key, row.value) for row in rows]
    consumer.close()
    return found


def _reminder(number: int) -> Reminder:
    value = msgspec.json.encode(EXAMPLES["reminders"][0][1])
    reminder = msgspec.json.decode(value, type=Reminder)
    reminder.reminder_id, reminder.user_id = f"{number:032x}", f"u-{number}"
    return reminder


def _publish(kafka: str, prefix: str, numbers: range, *, commit: bool = True) -> None:
    """Write reminders in one transaction, as a worker does."""
    producer = KafkaProducer(bootstrap_servers=kafka, transactional_id=f"{prefix}writer")
    producer.init_transactions()
    producer.begin_transaction()
    for number in numbers:
        key, value = f"u-{number}".encode(), msgspec.json.encode(_reminder(number))
        producer.send(f"{prefix}reminders", key=key, value=value)
    producer.flush()
    if commit:
        producer.commit_transaction()
    else:
        producer.abort_transaction()
    producer.close()


def _take(kafka: str, prefix: str, count: int, group: str = "push") -> Iterator[str]:
    """Ids of up to `count` reminders, the last of which is never processed."""
    with ReminderConsumer(kafka, group, prefix, idle_s=4) as consumer:
        for number, reminder in enumerate(consumer, 1):
            yield reminder.reminder_id
            if number == count:
                return


def test_records_lie_where_workers_look(kafka: str, prefix: str) -> None:
    """Each type in its topic, under its key, in the partition of Kafka's default partitioner."""
    users = [f"u-{number}" for number in range(50)]
    with EventProducer(kafka, prefix) as producer:
        for user in users:
            producer.interaction("app_open", user, ts=1)
        producer.feedback("opened", "u-1", "r-1", ts=2)
        producer.send(Profile(user_id="u-1", ts=3, nickname="小美"))
        producer.erase("u-2")
        producer.send(StreamRecord(stream_id="s-1", ts=4, status="live"))
        producer.tick(5)
    found = _records(kafka, f"{prefix}interactions", len(users))
    for number, rows in found.items():
        keys = [key for key, _ in rows]
        assert murmur2_partition(keys, _PARTITIONS).tolist() == [number] * len(keys)
        events = [msgspec.json.decode(value or b"", type=Interaction) for _, value in rows]
        assert [event.user_id.encode() for event in events] == keys
    assert sorted(k.decode() for rows in found.values() for k, _ in rows) == sorted(users)
    feedback = [row for rows in _records(kafka, f"{prefix}feedback", 1).values() for row in rows]
    assert msgspec.json.decode(feedback[0][1] or b"", type=Feedback).reminder_id == "r-1"
    profiles = dict(
        row for rows in _records(kafka, f"{prefix}profiles", 2).values() for row in rows
    )
    assert profiles == {b"u-1": '{"user_id":"u-1","ts":3,"nickname":"小美"}'.encode(), b"u-2": None}
    streams = _records(kafka, f"{prefix}streams", 1)[0]
    assert streams == [(b"s-1", b'{"stream_id":"s-1","ts":4,"status":"live"}')]
    (tick,) = _records(kafka, f"{prefix}clock", 1)[0]
    assert tick[1] == b'{"ts":5}'


def test_bad_records_stay_here(kafka: str, prefix: str) -> None:
    """What would be a dead letter is refused with its cause, and nothing of it is sent."""
    with EventProducer(kafka, prefix) as producer:
        with pytest.raises(InvalidRecordError, match=r"missing_field: `stream_id`") as caught:
            producer.interaction("watch", "u-1")
        producer.interaction("app_open", "u-1")
    assert caught.value.code == "missing_field"
    assert sum(map(len, _records(kafka, f"{prefix}interactions", 1).values())) == 1


def test_missing_topics_are_said_and_not_made(kafka: str, topic_prefix: str) -> None:
    """A wrong prefix is an error that names the topic; no topic comes into being."""
    producer = EventProducer(kafka, topic_prefix, kafka_options={"max_block_ms": 1_000})
    with producer, pytest.raises(DeliveryError, match=rf"{topic_prefix}interactions.*exist"):
        producer.interaction("app_open", "u-1")
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    assert not [name for name in consumer.topics() if name.startswith(topic_prefix)]
    consumer.close()


def test_refused_records_are_raised_when_flushed(kafka: str, prefix: str) -> None:
    """A record that the broker refuses is an error at the next flush, and only there."""
    options = {"max_request_size": 8 << 20}
    with EventProducer(kafka, prefix, kafka_options=options) as producer:
        producer._send("clock", None, b"x" * (3 << 20))
        with pytest.raises(DeliveryError, match=r"1 records were not delivered.*clock"):
            producer.flush()
        producer.flush()


@pytest.mark.parametrize("client", [EventProducer, lambda servers: ReminderConsumer(servers, "g")])
def test_kafka_away_is_said(client: type[EventProducer]) -> None:
    """Where nobody listens, the error names the address."""
    with pytest.raises(LivecueError, match=r"127\.0\.0\.1:1 does not answer"):
        client("127.0.0.1:1")


def test_reminders_come_at_least_once(kafka: str, prefix: str) -> None:
    """What was processed is committed; what was at hand comes again; aborted ones never come."""
    _publish(kafka, prefix, range(90, 95), commit=False)
    _publish(kafka, prefix, range(20))
    first = list(_take(kafka, prefix, 8))
    second = list(_take(kafka, prefix, 100))
    assert second[0] == first[-1] or first[-1] in second
    assert set(first[:-1]).isdisjoint(second)
    assert set(first) | set(second) == {f"{number:032x}" for number in range(20)}
    assert len(second) == 13
    assert list(_take(kafka, prefix, 100)) == []


def test_what_is_no_reminder_is_skipped(
    kafka: str, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A strange record is named in the log and holds nobody up."""
    with KafkaProducer(bootstrap_servers=kafka) as producer:
        producer.send(f"{prefix}reminders", key=b"u", value=b"?", partition=0)
    _publish(kafka, prefix, range(3))
    assert len(list(_take(kafka, prefix, 100))) == 3
    assert f"{prefix}reminders[0]@0 is no reminder" in caplog.text


def test_the_examples_run(kafka: str, prefix: str) -> None:
    """The ten lines of the documentation: events are accepted, reminders shown once each."""
    _publish(kafka, prefix, range(3))
    for name in ("produce_events", "consume_reminders"):
        done = subprocess.run(
            [sys.executable, f"examples/{name}.py", kafka, prefix],
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert sum(map(len, _records(kafka, f"{prefix}interactions", 2).values())) == 2
