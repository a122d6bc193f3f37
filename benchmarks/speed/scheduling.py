"""Streams and clock ticks of a benchmark, written as the live platform and a simulator do."""

from __future__ import annotations

import time

import orjson
from kafka import KafkaProducer

from benchmarks.speed.deployment import Deployment

__all__ = ["Schedule", "now_ms"]


def now_ms() -> int:
    """Epoch ms."""
    return time.time_ns() // 1_000_000


class Schedule:
    """Writes streams and ticks of a deployment, each at once."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._producer = KafkaProducer(
            bootstrap_servers=deployment.bootstrap_servers, acks="all", linger_ms=0
        )

    def announce(
        self, stream_id: str, host_id: str, start_ts: int, ts: int, **more: object
    ) -> None:
        """Schedule a stream."""
        record = {
            "stream_id": stream_id,
            "ts": ts,
            "status": "scheduled",
            "host_id": host_id,
            "host_name": "Host",
            "title": f"Spring beauty favourites {stream_id}",
            "category": "beauty",
            "start_ts": start_ts,
            "covers": [
                {"cover_id": "c1", "url": "https://img.example/c1.jpg", "kind": "image"},
                {"cover_id": "c2", "url": "https://img.example/c2.jpg", "kind": "image"},
            ],
            "deeplink": f"https://live.example/{stream_id}",
            **more,
        }
        self._write("streams", stream_id.encode(), orjson.dumps(record))

    def tick(self, ts: int) -> float:
        """Say what time it is, epoch ms; return when it was said, epoch seconds."""
        at = time.time()
        self._write("clock", None, orjson.dumps({"ts": ts}))
        return at

    def interaction(self, user_id: str, kind: str, ts: int, **about: object) -> None:
        """Report one event."""
        event_id = f"{kind}-{user_id}-{time.time_ns()}"
        said = {"event_id": event_id, "type": kind, "user_id": user_id, "ts": ts, **about}
        self._write("interactions", user_id.encode(), orjson.dumps(said))

    def close(self) -> None:
        """Disconnect."""
        self._producer.close()

    def _write(self, topic: str, key: bytes | None, value: bytes) -> None:
        self._producer.send(self._deployment.topic(topic), key=key, value=value).get(30)
