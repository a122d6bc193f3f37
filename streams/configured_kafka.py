"""The Kafka that the settings name: is there one, has it the topics, and how to write to it."""

from __future__ import annotations

from config import Settings, SettingsError, topics
from streams.admin_client import Say
from streams.clients import EventProducer
from streams.connection import kafka_security
from streams.topic_admin import TopicReport, ensure_topics

__all__ = ["configured_topics", "event_producer", "require_kafka"]


def require_kafka(settings: Settings) -> None:
    """See that the settings name a Kafka.

    Raises
    ------
    SettingsError
        No servers are configured.
    """
    if settings.kafka.bootstrap_servers is None:
        raise SettingsError(
            ["kafka.bootstrap_servers: is missing; `livecue up` starts an embedded Kafka"]
        )


def configured_topics(
    settings: Settings, say: Say | None = None, *, create: bool | None = None
) -> TopicReport:
    """Wait until the configured Kafka answers, and see to the deployment's topics.

    Parameters
    ----------
    say : told once that Kafka is waited for, and now and then how long still.
    create : whether missing topics are created; else they are an error. None: as the settings say.

    Raises
    ------
    SettingsError
        No servers are configured.
    KafkaAwayError, RefusedError, TopicsError
        Kafka does not answer in time, refuses us, or topics are missing or differ.
    """
    require_kafka(settings)
    return ensure_topics(
        settings.kafka,
        topics(settings).values(),
        create=settings.topics.create if create is None else create,
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
