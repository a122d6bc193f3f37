"""Labels, told once for each reminder of a stream that ended, and true to what people did."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

import msgspec
from wirecheck.records import Violation, Wire

__all__ = ["Labels", "check_labels"]

TWO_HOURS_MS, DAY_MS = 2 * 3_600_000, 24 * 3_600_000


@dataclass(slots=True)
class Labels:
    """How many were judged, and what is wrong with them."""

    judged: int = 0
    violations: list[Violation] = field(default_factory=list)


@dataclass(slots=True)
class _Deeds:
    """What each user did, by what it was about: lists of `ts`."""

    opened: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    came: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    bought: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    reserved: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    muted: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def check_labels(
    topics: dict[str, list[Wire]], sent: list[dict[str, Any]], unsettled: Set[str] = frozenset()
) -> Labels:
    """Compare the topic `examples` with the inputs, but for `unsettled` streams."""
    found, deeds, ended = Labels(), _deeds(topics), _ended(topics["streams"])
    all_told = [msgspec.msgpack.decode(one.value or b"") for one in topics["examples"]]
    told = [one for one in all_told if one["stream_id"] not in unsettled]
    times = Counter(one["reminder_id"] for one in told if one["sent"])
    found.violations += [
        Violation("label twice", f"{name}: {n}") for name, n in times.items() if n > 1
    ]
    reminders = {one["reminder_id"]: one for one in sent if one["stream_id"] in ended}
    found.violations += [
        Violation("label of nothing", name) for name in times.keys() - reminders.keys()
    ]
    found.violations += [
        Violation("label lost", str(reminders[name])) for name in reminders.keys() - times.keys()
    ]
    for one in told:
        reminder = reminders.get(one["reminder_id"])
        if one["sent"] and reminder is not None:
            found.judged += 1
            found.violations += _compare(one, reminder, deeds, ended[one["stream_id"]])
    return found


def _compare(
    one: dict[str, Any], reminder: dict[str, Any], deeds: _Deeds, closed_ts: int
) -> list[Violation]:
    user, stream = reminder["user_id"], reminder["stream_id"]
    sent_ts = reminder["send_ts"] // 1_000 * 1_000
    opened = deeds.opened[reminder["reminder_id"]]
    expected = {
        "user_id": user,
        "stream_id": stream,
        "intent": reminder["intent"],
        "decided_ts": sent_ts,
        "opened": any(0 <= ts - sent_ts <= TWO_HOURS_MS for ts in opened),
        "attended": any(sent_ts < ts <= closed_ts for ts in deeds.came[user, stream]),
        "purchased": any(sent_ts < ts <= closed_ts for ts in deeds.bought[user, stream]),
        "muted": any(0 < ts - sent_ts <= DAY_MS for ts in deeds.muted[user] if ts <= closed_ts),
        "reserved": None
        if reminder["intent"] == "attend"
        else any(sent_ts < ts <= reminder["start_ts"] for ts in deeds.reserved[user, stream]),
    }
    return [
        Violation("label", f"{reminder['reminder_id']}: {name} is {one[name]}, not {value}")
        for name, value in expected.items()
        if one[name] != value
    ]


def _deeds(topics: dict[str, list[Wire]]) -> _Deeds:
    deeds = _Deeds()
    for record in topics["interactions"]:
        event = json.loads(record.value or b"{}")
        books = {
            "enter": deeds.came,
            "watch": deeds.came,
            "purchase": deeds.bought,
            "reserve": deeds.reserved,
        }
        book = books.get(event["type"])
        if book is not None:
            book[event["user_id"], event.get("stream_id", "")].append(event["ts"])
    for record in topics["feedback"]:
        event = json.loads(record.value or b"{}")
        if event["type"] == "opened":
            deeds.opened[event["reminder_id"]].append(event["ts"])
        elif event["type"] == "muted":
            deeds.muted[event["user_id"]].append(event["ts"])
    return deeds


def _ended(records: list[Wire]) -> dict[str, int]:
    told = [json.loads(one.value) for one in records if one.value is not None]
    return {one["stream_id"]: one["ts"] for one in told if one["status"] == "ended"}
