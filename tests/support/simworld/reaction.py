"""How people answer a reminder: read, wave away, reserve, come, mute; the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from simworld.spec import HOUR_MS, MINUTE_MS, SimulatedRecord, WorldSpec

__all__ = ["reactions"]


def reactions(spec: WorldSpec, reminder: dict[str, Any], now: int) -> Iterator[SimulatedRecord]:
    """What follows from a reminder that was read at `now` (epoch ms), all of it later."""
    rng = Random(f"{spec.seed}:answer:{reminder['reminder_id']}")
    ts = now + rng.randrange(1, 20_000)
    if rng.random() < 0.9:
        yield _feedback(reminder, "delivered", ts)
    fate = rng.random()
    ts += rng.randrange(1000, 12 * MINUTE_MS)
    if fate < 0.3:
        yield _feedback(reminder, "opened", ts)
        yield from _follow_up(reminder, ts, rng)
    elif fate < 0.4:
        yield _feedback(reminder, "dismissed", ts)
    elif fate < 0.42:
        yield _feedback(reminder, "muted", ts)
        if rng.random() < 0.5:
            yield _feedback(reminder, "unmuted", ts + rng.randrange(1000, 6 * HOUR_MS))


def _follow_up(reminder: dict[str, Any], ts: int, rng: Random) -> Iterator[SimulatedRecord]:
    if reminder["intent"] == "invite" and rng.random() < 0.3:
        yield _interaction(reminder, "reserve", ts + 4000)
        if rng.random() < 0.2:
            yield _interaction(reminder, "reserve_cancel", ts + rng.randrange(5000, HOUR_MS))
    if rng.random() < 0.4:
        come = max(reminder["start_ts"] + rng.randrange(15 * MINUTE_MS), ts + 9000)
        yield _interaction(reminder, "enter", come)
        yield _interaction(reminder, "watch", come + 30_000)
        if rng.random() < 0.2:
            yield _interaction(reminder, "purchase", come + 60_000)


def _feedback(reminder: dict[str, Any], kind: str, ts: int) -> SimulatedRecord:
    value = {
        "event_id": f"{reminder['reminder_id']}-{kind}",
        "user_id": reminder["user_id"],
        "ts": ts,
        "type": kind,
        "reminder_id": reminder["reminder_id"],
    }
    return SimulatedRecord(ts, "feedback", reminder["user_id"], value)


def _interaction(reminder: dict[str, Any], kind: str, ts: int) -> SimulatedRecord:
    value = {
        "event_id": f"{reminder['reminder_id']}-{kind}",
        "user_id": reminder["user_id"],
        "ts": ts,
        "type": kind,
        "stream_id": reminder["stream_id"],
        "host_id": reminder["host_id"],
        "reminder_id": reminder["reminder_id"],
    }
    return SimulatedRecord(ts, "interactions", reminder["user_id"], value)
