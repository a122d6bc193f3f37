"""A real Kafka and a real Valkey as child processes, for one machine and for the tests."""

from __future__ import annotations

from streams.embedded.child import EmbeddedError
from streams.embedded.kafka import EmbeddedKafka
from streams.embedded.servers import Servers, servers
from streams.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedError", "EmbeddedKafka", "EmbeddedValkey", "Servers", "servers"]
