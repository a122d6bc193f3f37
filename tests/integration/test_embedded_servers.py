"""The embedded servers are real ones, tell why they fail, and leave nothing behind."""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from config import Settings
from streams.embedded import EmbeddedError, EmbeddedKafka, EmbeddedValkey, servers
from streams.embedded.ports import accepts

_MIB = 1024 * 1024


def test_kafka_answers_and_its_data_goes() -> None:
    """A started broker describes itself; port and folder are gone after the stop."""
    broker = EmbeddedKafka(heap_mb=256).start()
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    assert len(admin.describe_cluster()["brokers"]) == 1
    admin.close()
    folders = _folders_naming(broker.bootstrap_servers)
    assert len(folders) == 1
    broker.stop()
    broker.stop()
    assert not folders[0].exists()
    assert not accepts(int(broker.bootstrap_servers.partition(":")[2]))


def test_valkey_keeps_a_value() -> None:
    """A started Valkey keeps a value and is gone after the stop."""
    with EmbeddedValkey() as server, redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"
    with pytest.raises(redis.ConnectionError), redis.Redis.from_url(server.url) as client:
        client.ping()


def test_a_dead_letter_of_two_mebibytes_passes(kafka: str) -> None:
    """The broker takes messages of more than 2 MiB where the topic does."""
    topic = f"large-{uuid.uuid4().hex}"
    _create(kafka, topic, {"max.message.bytes": str(3 * _MIB)})
    producer = KafkaProducer(bootstrap_servers=kafka, max_request_size=4 * _MIB)
    producer.send(topic, bytes(2 * _MIB + 1000)).get(timeout=30)
    producer.close()


@pytest.mark.parametrize("timestamp_ms", [0, 4_102_444_800_000])
def test_any_record_timestamp_is_taken(kafka: str, timestamp_ms: int) -> None:
    """A replay may write records of 1970 and of 2100."""
    topic = f"times-{uuid.uuid4().hex}"
    _create(kafka, topic, {})
    producer = KafkaProducer(bootstrap_servers=kafka)
    producer.send(topic, b"value", timestamp_ms=timestamp_ms).get(timeout=30)
    producer.close()
    consumer = KafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    assert next(consumer).timestamp == timestamp_ms
    consumer.close()


def test_topics_are_not_made_by_accident(kafka: str) -> None:
    """Asking for a topic that does not exist does not create it with one partition."""
    topic = f"absent-{uuid.uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.describe_topics([topic])
    assert topic not in admin.list_topics()
    admin.close()


def test_configured_servers_are_used_as_they_are(kafka: str, valkey: str) -> None:
    """Nothing is started where an address is configured, and an empty URL means no view."""
    given = {"kafka": {"bootstrap_servers": kafka}, "redis": {"url": valkey}}
    with servers(Settings.model_validate(given)) as found:
        assert (found.bootstrap_servers, found.redis_url) == (kafka, valkey)
        assert (found.kafka, found.valkey, found.dead) == (None, None, None)
    given["redis"] = {"url": ""}
    with servers(Settings.model_validate(given)) as found:
        assert found.redis_url is None
        assert found.valkey is None


def test_a_server_that_dies_is_noticed(kafka: str) -> None:
    """`dead` names an embedded server that ended by itself."""
    with servers(Settings.model_validate({"kafka": {"bootstrap_servers": kafka}})) as found:
        assert found.redis_url is not None
        with redis.Redis.from_url(found.redis_url) as client:
            client.shutdown(nosave=True)
        deadline = time.monotonic() + 10
        while found.dead is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert found.dead == "Valkey"


def test_a_failing_start_shows_the_end_of_the_log() -> None:
    """A heap that Java refuses is in the error, and no folder is left."""
    before = set(Path(tempfile.gettempdir()).glob("livecue-kafka-*"))
    with pytest.raises(EmbeddedError, match="Kafka ended while it started") as caught:
        EmbeddedKafka(heap_mb=1).start()
    assert "heap" in str(caught.value).lower()
    data_dirs = set(Path(tempfile.gettempdir()).glob("livecue-kafka-*"))
    assert data_dirs <= before


def _create(kafka: str, topic: str, configs: dict[str, str]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.create_topics({topic: {"configs": configs}}, wait_for_metadata=True)
    admin.close()


def _folders_naming(address: str) -> list[Path]:
    """The data dirs whose broker listens on this address."""
    found = Path(tempfile.gettempdir()).glob("livecue-kafka-*/server.properties")
    return [path.parent for path in found if address in path.read_text()]
