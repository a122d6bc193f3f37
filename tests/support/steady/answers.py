"""How people answer reminders, by the reminder's own hash: the same each time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from steady.people import Event, now_ms

__all__ = ["at_once", "on_air"]


def _chance(reminder: dict[str, Any], of_what: str) -> float:
    return zlib.crc32(f"{of_what}:{reminder['reminder_id']}".encode()) / 2**32


def at_once(reminder: dict[str, Any]) -> Iterator[Event]:
    """What follows as soon as the reminder is there."""
    yield _feedback(reminder, "delivered")
    if _chance(reminder, "open") < 0.5:
        yield _feedback(reminder, "opened")
    elif _chance(reminder, "open") < 0.6:
        yield _feedback(reminder, "dismissed")


def on_air(reminder: dict[str, Any]) -> Iterator[Event]:
    """What follows once the stream is live: some come, some buy, a few have had enough."""
    if _chance(reminder, "come") < 0.4:
        yield _interaction(reminder, "enter")
        if _chance(reminder, "buy") < 0.3:
            yield _interaction(reminder, "purchase")
    if _chance(reminder, "mute") < 0.02:
        yield _feedback(reminder, "muted")


def _named(reminder: dict[str, Any], kind: str) -> dict[str, Any]:
    names = {key: reminder[key] for key in ("reminder_id", "user_id")}
    return {"event_id": f"{kind}-{reminder['reminder_id']}", "type": kind, "ts": now_ms(), **names}


def _feedback(reminder: dict[str, Any], kind: str) -> Event:
    return "feedback", reminder["user_id"], _named(reminder, kind)


def _interaction(reminder: dict[str, Any], kind: str) -> Event:
    event = {**_named(reminder, kind), "stream_id": reminder["stream_id"]}
    return "interactions", reminder["user_id"], event
