"""Records that the contract refuses, strewn over a world's time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from simworld.spec import DAY_MS, SimulatedRecord, WorldSpec

__all__ = ["flaws"]

Spoil = Callable[[dict[str, Any]], Any]


def _event(user: str, ts: int) -> dict[str, Any]:
    return {"event_id": "bad", "type": "app_open", "user_id": user, "ts": ts}


def _profile(user: str, ts: int) -> dict[str, Any]:
    return {"user_id": user, "ts": ts, "consent": {"push": False}}


def _feedback(user: str, ts: int) -> dict[str, Any]:
    return {**_event(user, ts), "type": "muted", "reminder_id": "r"}


def _stream(name: str, ts: int) -> dict[str, Any]:
    show = {"host_id": "h0", "title": "never", "start_ts": ts + DAY_MS}
    return {"stream_id": name, "ts": ts, "status": "scheduled", **show}


def _raw(before: str) -> Spoil:
    return lambda fields: (before + json.dumps(fields)[1:]).encode()


ANYWHERE: tuple[Spoil, ...] = (
    lambda _: b"not json",
    lambda _: b"",
    lambda _: b"[]",
    lambda fields: json.dumps(fields)[:-1].encode(),
    lambda fields: b"\xff" + json.dumps(fields).encode(),
    lambda fields: {**fields, "ts": str(fields["ts"])},
    lambda fields: {**fields, "ts": fields["ts"] + 30 * DAY_MS},
    lambda fields: {name: fields[name] for name in fields if name != "ts"},
    lambda fields: {**fields, "user_id": "else", "stream_id": "else"},
    _raw('{"unknown": NaN,'),
    _raw('{"unknown": "\\ud800",'),
    _raw('{"unknown": ' + "[" * 5000 + "]" * 5000 + ","),
)
KINDS: tuple[tuple[str, Callable[[str, int], dict[str, Any]], tuple[Spoil, ...]], ...] = (
    (
        "interactions",
        _event,
        (
            lambda fields: {**fields, "type": "wink"},
            lambda fields: {**fields, "type": "reserve"},
            lambda fields: {**fields, "type": "follow"},
            lambda fields: {**fields, "event_id": "x" * 129},
            lambda fields: {**fields, "event_id": ""},
            lambda fields: {**fields, "amount": -1, "type": "gift"},
        ),
    ),
    (
        "feedback",
        _feedback,
        (
            lambda fields: {**fields, "type": "seen"},
            lambda fields: {**fields, "type": "opened", "reminder_id": None},
        ),
    ),
    (
        "profiles",
        _profile,
        (
            lambda fields: {**fields, "timezone": "Mars/Phobos"},
            lambda fields: {**fields, "quiet_hours": {"start": "25:99", "end": "08:00"}},
            lambda fields: {**fields, "consent": {"push": "no"}},
        ),
    ),
    (
        "streams",
        _stream,
        (
            lambda fields: {**fields, "status": "postponed"},
            lambda fields: {**fields, "start_ts": None},
            lambda fields: {**fields, "title": None},
        ),
    ),
)


def flaws(spec: WorldSpec) -> Iterator[SimulatedRecord]:
    """Bad records of every kind, each addressed to a user or stream of its own or of the world."""
    rng = Random(f"{spec.seed}:flaws")
    for number in range(spec.flaws):
        topic, make, own = KINDS[number % len(KINDS)]
        kinds = (*ANYWHERE, *own)
        spoil = kinds[number // len(KINDS) % len(kinds)]
        at = spec.start_ts + rng.randrange(DAY_MS // 24, spec.days * DAY_MS)
        key = rng.choice((f"u{rng.randrange(spec.users):05d}", f"bad-{number}"))
        yield SimulatedRecord(at, topic, key, spoil(make(key, at)), bad=True)
