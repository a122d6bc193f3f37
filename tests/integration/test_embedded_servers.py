"""The embedded servers are real ones, and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import redis
from kafka import KafkaAdminClient

from streams.embedded import EmbeddedKafka, EmbeddedValkey


def test_kafka_answers_and_its_data_goes() -> None:
    """A started broker describes itself, and its folder is gone after the stop."""
    with EmbeddedKafka(heap_mb=256) as broker:
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
        assert len(admin.describe_cluster()["brokers"]) == 1
        admin.close()
        (data_dir,) = _data_dirs(broker.bootstrap_servers)
        assert broker.alive
    assert not broker.alive
    assert not data_dir.exists()


def test_valkey_answers() -> None:
    """A started Valkey keeps a value."""
    with EmbeddedValkey() as server, redis.Redis.from_url(server.url) as client:
        client.set("key", "value")
        assert client.get("key") == b"value"
    assert not server.alive


def _data_dirs(bootstrap_servers: str) -> list[Path]:
    """The data dirs whose broker listens on this address."""
    import tempfile

    properties = Path(tempfile.gettempdir()).glob("livecue-kafka-*/server.properties")
    return [path.parent for path in properties if bootstrap_servers in path.read_text()]
