"""What the HTTP server shows: /metrics, /health/live and /health/ready."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import NamedTuple

import orjson
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder

from streams.monitoring.gauges import set_health_gauges
from streams.monitoring.monitor import Monitor

__all__ = ["Page", "Pages"]

METRICS, LIVE, READY = "/metrics", "/health/live", "/health/ready"


class Page(NamedTuple):
    """An answer."""

    status: int
    content_type: str
    body: bytes


class Pages:
    """Makes the pages of one worker, on any thread."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._registry = CollectorRegistry()
        self._registry.register(monitor.meter)
        ProcessCollector(registry=self._registry)

    def page(self, path: str, accept: str) -> Page:
        """Return the page at `path`, for a client that accepts these content types."""
        if path == METRICS:
            return self._metrics(accept)
        if path in (LIVE, READY):
            return self._health(path.rpartition("/")[2])
        known = f"See {METRICS}, {LIVE}, {READY}.\n".encode()
        return Page(200 if path == "/" else 404, "text/plain; charset=utf-8", known)

    def _metrics(self, accept: str) -> Page:
        monitor = self._monitor
        set_health_gauges(monitor.meter, monitor.situation, monitor.health(), time.monotonic())
        encode, content_type = choose_encoder(accept)
        return Page(200, content_type, encode(self._registry))

    def _health(self, name: str) -> Page:
        situation, health, now_s = self._monitor.situation, self._monitor.health(), time.monotonic()
        verdict = health[name]
        told = {
            "status": name if verdict.good else f"not {name}",
            "reasons": verdict.reasons,
            "loop_silence_s": round(now_s - situation.seen_s, 1),
            "kafka_silence_s": round(now_s - situation.kafka_answered_s, 1),
            "joined": situation.joined,
            "partitions": {str(at): asdict(one) for at, one in situation.partitions.items()},
        }
        return Page(200 if verdict.good else 503, "application/json", orjson.dumps(told) + b"\n")
