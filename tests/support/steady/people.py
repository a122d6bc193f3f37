"""Who lives in the steady world, and what they do while nobody looks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any

from simworld.zoned import ZONES

__all__ = ["Event", "People", "now_ms"]

MINUTE_MS = 60_000
COUNTED = ("app_open", "like", "comment", "share", "search", "product_view", "cart_add")
Event = tuple[str, str, dict[str, Any]]


def now_ms() -> int:
    """The wall clock, epoch ms."""
    return time.time_ns() // 1_000_000


class People:
    """A crowd with settled likings: whom nothing forbids to be invited, and others.

    Parameters
    ----------
    tag : begins every user id, so that two crowds are two.
    """

    def __init__(self, count: int, rng: Random, tag: str = "u") -> None:
        self.names = [f"{tag}{number:04d}" for number in range(count)]
        self._rng = rng
        self._number = 0
        self._latest: list[dict[str, Any]] = []

    def introduce(self) -> Iterator[Event]:
        """Profiles and follows, as (topic, user, fields)."""
        ts = now_ms() - 5 * MINUTE_MS
        for at, name in enumerate(self.names):
            profile: dict[str, Any] = {"ts": ts, "timezone": ZONES[at % len(ZONES)]}
            profile["quiet_hours"] = {"start": "00:01", "end": "00:00"} if at % 20 == 7 else None
            if at % 10 == 3:
                profile["consent"] = {"push": False}
            yield "profiles", name, profile
            yield self._event(name, "follow", ts, host_id=f"h{at % 4}")

    def mute(self) -> Iterator[Event]:
        """Some want none; feedback about somebody unknown would be nothing."""
        for name in self.names[11::20]:
            yield "feedback", name, {"event_id": "mute", "type": "muted", "ts": now_ms()}

    def acts(self, count: int) -> list[Event]:
        """So many events: new ones, repeats of some, and some that come late."""
        return [self._act() for _ in range(count)]

    def reserve(self, stream_id: str, ts: int) -> list[Event]:
        """A tenth of the crowd reserves a stream before it is announced."""
        named = {"stream_id": stream_id}
        return [self._event(name, "reserve", ts, **named) for name in self.names[5::10]]

    def _act(self) -> Event:
        rng = self._rng
        if self._latest and rng.random() < 0.06:
            event = dict(rng.choice(self._latest))
            event["ts"] -= rng.choice((0, 0, 5 * MINUTE_MS, 25 * MINUTE_MS))
            return "interactions", event["user_id"], event
        late_ms = rng.randrange(90_000) if rng.random() < 0.1 else 0
        made = self._event(rng.choice(self.names), rng.choice(COUNTED), now_ms() - late_ms)
        self._latest = [*self._latest[-200:], made[2]]
        return made

    def _event(self, name: str, kind: str, ts: int, **fields: Any) -> Event:
        self._number += 1
        event = {"event_id": f"e{self._number}", "user_id": name, "type": kind, "ts": ts, **fields}
        if kind == "search":
            event["query"] = "tea"
        return "interactions", name, event
