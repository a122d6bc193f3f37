"""The lock of Kafka's jars."""

from __future__ import annotations

import re

from streams.embedded.jar_lock import KAFKA_VERSION, locked_jars


def test_each_artifact_once() -> None:
    """No artifact is there in two versions, which a class path would resolve by chance."""
    artifacts = [jar.coordinate.rpartition(":")[0] for jar in locked_jars()]
    assert len(set(artifacts)) == len(artifacts)


def test_all_of_kafka_has_one_version() -> None:
    """The clients are as new as the broker: an older one lacks methods that it calls."""
    kafka = [jar.coordinate for jar in locked_jars() if jar.coordinate.startswith("org.apache.kaf")]
    assert f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}" in kafka
    assert all(coordinate.endswith(f":{KAFKA_VERSION}") for coordinate in kafka)


def test_digests_are_sha256() -> None:
    """Every jar is held to its bytes."""
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in locked_jars())
