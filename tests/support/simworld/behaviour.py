"""What people do: sessions at their hour, streams they are in, reservations, repeats, delays."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from simworld.dwellers import Dweller
from simworld.programme import Broadcast
from simworld.spec import DAY_MS, HOUR_MS, MINUTE_MS, SimulatedRecord, WorldSpec

__all__ = ["interactions"]

HISTORY_DAYS = 8
# Types that only count, so that a repeat with another ts changes nothing else.
COUNTED = ("app_open", "like", "comment", "share", "search", "product_view", "cart_add")


def interactions(
    spec: WorldSpec, person: Dweller, shows: list[Broadcast]
) -> Iterator[SimulatedRecord]:
    """Everything that a person does of their own accord, not in order of time."""
    rng = Random(f"{spec.seed}:acts:{person.user_id}")
    number = 0
    for event in _events(spec, person, shows, rng):
        if person.gone[0] <= event["ts"] < person.gone[1]:
            continue
        number += 1
        event |= {"event_id": f"e{number}", "user_id": person.user_id}
        late = person.gone == (0, 0) and rng.random() < 0.03
        at = event["ts"] + (rng.randrange(2 * HOUR_MS) if late else 0)
        yield SimulatedRecord(at, "interactions", person.user_id, event)
        if not person.erased and rng.random() < 0.04:
            yield _repeat(event, at, rng)


def _repeat(event: dict[str, Any], at: int, rng: Random) -> SimulatedRecord:
    """The same event once more: within the window the same one, beyond it another one."""
    after = rng.choice((0, 0, 5 * MINUTE_MS, -7 * MINUTE_MS, 25 * MINUTE_MS))
    if event["type"] not in COUNTED:
        after = 0
    value = {**event, "ts": event["ts"] + after}
    written = max(at + rng.randrange(30 * MINUTE_MS), value["ts"])
    return SimulatedRecord(written, "interactions", event["user_id"], value)


def _events(
    spec: WorldSpec, person: Dweller, shows: list[Broadcast], rng: Random
) -> Iterator[dict[str, Any]]:
    for day in range(-HISTORY_DAYS, spec.days):
        if rng.random() > 0.6 * person.zeal:
            continue
        hour = person.hour + rng.gauss(0, 1.5)
        start_ts = spec.start_ts + day * DAY_MS + int(hour * HOUR_MS)
        if start_ts < spec.end_ts - HOUR_MS:
            yield from _session(person, start_ts, shows, rng)


def _session(
    person: Dweller, start_ts: int, shows: list[Broadcast], rng: Random
) -> Iterator[dict[str, Any]]:
    ts = start_ts
    yield {"ts": ts, "type": "app_open"}
    host = f"h{rng.choice(person.favourites)}"
    for _ in range(rng.randrange(1, 6)):
        ts += rng.randrange(1000, 4 * MINUTE_MS)
        yield _act(rng.choice(_ACTS), ts, host, rng)
    open_now = [one for one in shows if one.announced_ts <= ts < one.start_ts]
    for show in rng.sample(open_now, min(len(open_now), rng.choice((0, 0, 1, 2)))):
        ts += rng.randrange(1000, MINUTE_MS)
        yield {"ts": ts, "type": "reserve", "stream_id": show.stream_id, "host_id": show.host_id}
        if rng.random() < 0.25:
            later = ts + rng.randrange(1000, max(show.start_ts - ts, 2000))
            yield {"ts": later, "type": "reserve_cancel", "stream_id": show.stream_id}
        if rng.random() < 0.1:
            ts += 1000
            yield {"ts": ts, "type": "enter", "stream_id": show.stream_id}
    on_air = [one for one in shows if one.start_ts <= ts < one.end_ts]
    if on_air and rng.random() < 0.7:
        yield from _attend(rng.choice(on_air), ts, rng)
    elif rng.random() < 0.6:
        # A stream of before the world began, known to nobody but its audience.
        past = {"stream_id": f"old-{host}", "host_id": host, "category": "food"}
        yield {"ts": ts + 2000, "type": "watch", "dwell_ms": rng.randrange(900_000), **past}


def _attend(show: Broadcast, ts: int, rng: Random) -> Iterator[dict[str, Any]]:
    about = {"stream_id": show.stream_id, "host_id": show.host_id}
    yield {"ts": ts + 5, "type": "enter", **about}
    ts += rng.randrange(10_000, 10 * MINUTE_MS)
    yield {"ts": ts, "type": "watch", "dwell_ms": 10_000, **about}
    if rng.random() < 0.3:
        yield {"ts": ts + 7, "type": "gift", "amount": 6.5, **about}
    if rng.random() < 0.2:
        yield {"ts": ts + 9, "type": "purchase", "amount": 99, "product_id": "p1", **about}
    yield {"ts": ts + 11_000, "type": "leave", "stream_id": show.stream_id, "dwell_ms": 1000}


_ACTS = (*COUNTED[1:], "follow", "follow", "unfollow", "cart_add", "product_view")


def _act(kind: str, ts: int, host: str, rng: Random) -> dict[str, Any]:
    event: dict[str, Any] = {"ts": ts, "type": kind}
    if kind in ("follow", "unfollow"):
        event["host_id"] = host
    elif kind == "search":
        event["query"] = rng.choice(("lipstick", "口红", ""))
    elif kind in ("product_view", "cart_add"):
        event |= {"product_id": f"p{rng.randrange(9)}", "category": "beauty"}
    else:
        event["host_id"] = host
    return event
