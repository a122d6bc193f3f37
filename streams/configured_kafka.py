"""Kafka for commands that ask a running deployment: they never start one."""

from __future__ import annotations

from config import Settings, SettingsError, topics
from streams.admin_client import Say
from streams.topic_admin import ensure_topics

__all__ = ["configured_kafka"]


def configured_kafka(settings: Settings, say: Say | None = None) -> str:
    """Return the bootstrap servers, once they answer and have the deployment's topics.

    Raises
    ------
    SettingsError
        No servers are configured.
    KafkaAwayError, TopicsError
        Kafka does not answer in time, or topics are missing or differ.
    """
    bootstrap_servers = settings.kafka.bootstrap_servers
    if bootstrap_servers is None:
        raise SettingsError(
            ["kafka.bootstrap_servers: is missing; this command asks a running deployment"]
        )
    ensure_topics(
        bootstrap_servers,
        topics(settings).values(),
        create=False,
        timeout_s=settings.kafka.start_timeout_s,
        say=say,
    )
    return bootstrap_servers
