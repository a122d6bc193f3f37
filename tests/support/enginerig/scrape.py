"""What the HTTP server of a worker says."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

__all__ = ["Answer", "Scrape"]

TIMEOUT_S = 10.0


class Answer(NamedTuple):
    """Status, content type and body."""

    status: int
    content_type: str
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body as JSON."""
        told: dict[str, Any] = orjson.loads(self.body)
        return told


class Scrape:
    """Asks a worker on this machine.

    Parameters
    ----------
    port : of its HTTP server.
    """

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str) -> Answer | None:
        """GET a page; None while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers["Content-Type"], answer.read())
        except ConnectionError:
            return None
        finally:
            connection.close()

    def status(self, path: str) -> int | None:
        """The status of a page; None while nobody listens."""
        answer = self.get(path)
        return None if answer is None else answer.status

    @property
    def ready(self) -> bool:
        """Whether the worker says that it is ready."""
        return self.status("/health/ready") == 200

    def families(self) -> set[str]:
        """The names of all metrics at /metrics, with or without a value."""
        return {family.name for family in self._families()}

    def samples(self) -> dict[str, dict[tuple[str, ...], float]]:
        """Every sample of /metrics: name, then the values of its labels."""
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for family in self._families():
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
        return found

    def _families(self) -> Iterator[Metric]:
        answer = self.get("/metrics")
        assert answer is not None
        yield from text_string_to_metric_families(answer.body.decode())
