"""Where Kafka and Redis are: the configured ones, else embedded ones started here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from streams.embedded.jars import Say
from streams.embedded.kafka import EmbeddedKafka
from streams.embedded.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from config import Settings

__all__ = ["Servers", "embedded_kafka", "servers"]


@dataclass(frozen=True, slots=True)
class Servers:
    """The addresses in use.

    Parameters
    ----------
    bootstrap_servers : `host:port` of Kafka, several joined by commas
    redis_url : `redis://…`, or None when the view is switched off
    kafka, valkey : the embedded ones; None where a configured one is used
    """

    bootstrap_servers: str
    redis_url: str | None
    kafka: EmbeddedKafka | None = None
    valkey: EmbeddedValkey | None = None

    @property
    def dead(self) -> str | None:
        """Which embedded server ended by itself, if one did."""
        if self.kafka is not None and not self.kafka.alive:
            return "Kafka"
        if self.valkey is not None and not self.valkey.alive:
            return "Valkey"
        return None


@contextmanager
def servers(settings: Settings, *, redis: bool = True, say: Say | None = None) -> Iterator[Servers]:
    """Give the configured servers, else start embedded ones and stop them at the end.

    Parameters
    ----------
    redis : False leaves the view out altogether
    say : told what takes long

    Raises
    ------
    EmbeddedError
        An embedded server does not start.
    """
    with ExitStack() as stack:
        valkey = None
        url = settings.redis.url.get_secret_value() if settings.redis.url is not None else None
        if redis and url is None:
            valkey = stack.enter_context(EmbeddedValkey())
            url = valkey.url
        kafka = None
        bootstrap = settings.kafka.bootstrap_servers
        if bootstrap is None:
            kafka = stack.enter_context(embedded_kafka(settings, say))
            bootstrap = kafka.bootstrap_servers
        yield Servers(bootstrap, (url or None) if redis else None, kafka, valkey)


def embedded_kafka(settings: Settings, say: Say | None = None) -> EmbeddedKafka:
    """The broker that the settings describe, not yet started."""
    chosen = settings.embedded
    return EmbeddedKafka(
        cache_dir=None if chosen.cache_dir is None else Path(chosen.cache_dir).expanduser(),
        heap_mb=chosen.kafka_heap_mb,
        start_timeout_s=max(settings.kafka.start_timeout_s, 1.0),
        say=say,
    )
