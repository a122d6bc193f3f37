"""The Kafka that the settings name, for commands that never start one."""

from __future__ import annotations

from config import Settings, SettingsError, topics
from streams.admin_client import Say
from streams.clients import EventProducer
from streams.connection import kafka_security
from streams.topic_admin import ensure_topics

__all__ = ["configured_kafka", "event_producer"]


def configured_kafka(settings: Settings, say: Say | None = None) -> None:
    """Wait until the configured Kafka answers and has the deployment's topics.

    Raises
    ------
    SettingsError
        No servers are configured.
    KafkaAwayError, RefusedError, TopicsError
        Kafka does not answer in time, refuses us, or topics are missing or differ.
    """
    if settings.kafka.bootstrap_servers is None:
        raise SettingsError(
            ["kafka.bootstrap_servers: is missing; this command asks a running deployment"]
        )
    ensure_topics(
        settings.kafka,
        topics(settings).values(),
        create=False,
        timeout_s=settings.kafka.start_timeout_s,
        say=say,
    )


def event_producer(settings: Settings, *, linger_ms: int = 20) -> EventProducer:
    """A producer of a deployment's input topics.

    Raises
    ------
    LivecueError
        Kafka is not there, or refuses us.
    """
    return EventProducer(
        str(settings.kafka.bootstrap_servers),
        settings.topics.prefix,
        linger_ms=linger_ms,
        kafka_options=kafka_security(settings.kafka),
    )
