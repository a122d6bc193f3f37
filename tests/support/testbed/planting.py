"""One faultless run of one user, one stream and one reminder, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from testbed.script import Script
from wirecheck.records import Run
from wirecheck.verdict import judge

MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR
START = int(datetime(2026, 10, 25, 12, tzinfo=UTC).timestamp()) * 1000
SENT = START - 2 * HOUR
FIRST = START - 5 * HOUR
SHOW: dict[str, Any] = {
    "ts": FIRST - DAY,
    "status": "scheduled",
    "host_id": "h",
    "host_name": "Host",
    "title": "Show",
    "start_ts": START,
    "deeplink": "app://s?x=1",
    "covers": [{"cover_id": "c", "url": "https://x/c", "kind": "image"}],
    "copies": [{"copy_id": "k", "locale": "zh", "title": "{{ nickname }}!", "body": "b"}],
}
PERSON: dict[str, Any] = {"ts": FIRST - DAY, "quiet_hours": None, "nickname": "Ada"}
REMINDER: dict[str, Any] = {
    "reminder_id": "r",
    "user_id": "u",
    "stream_id": "s",
    "host_id": "h",
    "rung": "2h",
    "intent": "invite",
    "channel": "push",
    "send_ts": SENT,
    "start_ts": START,
    "expires_ts": START,
    "title": "Ada!",
    "body": "b",
    "locale": "zh",
    "copy_id": "k",
    "cover_id": "c",
    "media": {"url": "https://x/c", "kind": "image"},
    "deeplink": "app://s?x=1&r=r",
    "actions": [{"type": "reserve", "label": "go", "url": "app://s"}],
    "score": 0.5,
    "reasons": [{"code": "a", "text": "b", "weight": 1.0}],
    "experiment": None,
    "policy": "exploit",
    "propensity": 1.0,
    "model_version": 0,
}
Plant = Callable[[Script, dict[str, Any]], None]


def event(kind: str, ts: int = SENT - 5, **fields: Any) -> dict[str, Any]:
    """An interaction about the stream."""
    return {"event_id": f"{kind}{ts}", "type": kind, "ts": ts, "stream_id": "s", **fields}


def say(topic: str, key: str = "u", **fields: Any) -> Plant:
    """Something that is written before the reminder is sent."""
    fields.setdefault("ts", SENT - 5)
    return lambda script, _: void(script.say(topic, key, fields))


def do(kind: str, **fields: Any) -> Plant:
    """Something that the user does before the reminder is sent."""
    return lambda script, _: void(script.say("interactions", "u", event(kind, **fields)))


def change(**fields: Any) -> Plant:
    """A reminder that differs in these fields."""
    return lambda _, reminder: reminder.update(fields)


def void(_: object) -> None:
    """Nothing."""


def both(*plants: Plant) -> Plant:
    """Several things at once."""

    def plant(script: Script, reminder: dict[str, Any]) -> None:
        for one in plants:
            one(script, reminder)

    return plant


def played(plant: Plant, *more: dict[str, Any], ticks: tuple[int, ...] = (SENT,)) -> Run:
    """A faultless run with something planted in it; `more` reminders are sent with the first."""
    script, reminder = Script(), dict(REMINDER)
    script.say("streams", "s", SHOW)
    script.say("profiles", "u", PERSON)
    script.tick(FIRST)
    plant(script, reminder)
    script.tick(ticks[0], reminder, *(reminder | one for one in more))
    for ts in ticks[1:]:
        script.tick(ts)
    return script.run


def broken(run: Run) -> set[str]:
    """The rules that a run breaks."""
    return {one.rule for one in judge(run).violations}


# The user has reserved, and the reminder says so.
ATTEND = both(do("reserve"), change(intent="attend", actions=[]))
