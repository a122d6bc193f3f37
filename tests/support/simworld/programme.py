"""The streams of a world: announced early or late, moved, cancelled, forgotten, live, ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from simworld.spec import DAY_MS, HOUR_MS, MINUTE_MS, SimulatedRecord, WorldSpec

__all__ = ["Broadcast", "programme"]

CATEGORIES = ("beauty", "food", "games", "sport")
COPIES = (
    ("zh-CN", "{{ host_name }}要开播啦", "{{nickname}},《{{ stream_title }}》还有{{ starts_in }}"),
    ("zh-CN", "《{{ stream_title }}》", "{{ starts_in }}后开播,有{{ product_name }}"),
    ("en", "{{ host_name }} goes live in {{ starts_in }}", "{{ nickname }}, {{ stream_title }}!"),
    ("en-US", "{{ product_name }} in {{ starts_in }}", "At {{ host_name }}'s"),
)
# Neither compiles, or leaves the sandbox.
BAD_COPIES = (
    ("zh-CN", "{{ nickname", "没有结尾"),
    ("en", "Hi {{ ''.__class__.__mro__ }}", "out of the sandbox"),
    ("en", "{% for x in nickname %}{{ x }}", "never ends"),
)


@dataclass(slots=True)
class Broadcast:
    """One stream.

    Attributes
    ----------
    announced_ts : epoch ms of its first record.
    start_ts, end_ts : when it really is, epoch ms; both 0 when it never is.
    """

    stream_id: str
    host: int
    announced_ts: int
    start_ts: int
    end_ts: int
    records: list[SimulatedRecord] = field(default_factory=list)

    @property
    def host_id(self) -> str:
        """Its host."""
        return f"h{self.host}"


def programme(spec: WorldSpec, hosts: int) -> list[Broadcast]:
    """All streams of a world, with their records."""
    return [_broadcast(spec, hosts, number) for number in range(spec.streams)]


def _broadcast(spec: WorldSpec, hosts: int, number: int) -> Broadcast:
    rng = Random(f"{spec.seed}:stream:{number}")
    start_ts = spec.start_ts + rng.randrange(HOUR_MS, (spec.days + 1) * DAY_MS)
    start_ts -= start_ts % rng.choice((1, 1000, MINUTE_MS, 30 * MINUTE_MS))
    ahead = rng.choice((6 * DAY_MS, 2 * DAY_MS, 26 * HOUR_MS, 20 * HOUR_MS, 3 * HOUR_MS))
    if rng.random() < 0.15:
        ahead = rng.choice((40, 20, 8)) * MINUTE_MS
    host = min(int(rng.expovariate(4 / hosts)), hosts - 1)
    length = rng.randrange(20, 240) * MINUTE_MS
    show = Broadcast(f"s{number}", host, start_ts - ahead, start_ts, start_ts + length)
    fields = _fields(show, rng)
    _write(show, show.announced_ts, fields)
    fate = rng.random()
    if fate < 0.15:
        _move(show, fields, rng)
    elif fate < 0.25:
        _cancel(show, rng)
    elif fate < 0.30:
        _edit(show, fields, rng)
    if show.start_ts and rng.random() < 0.8:
        _write(show, show.start_ts + rng.randrange(MINUTE_MS), {"status": "live"})
        if rng.random() < 0.8:
            _write(show, show.end_ts, {"status": "ended"})
    return show


def _fields(show: Broadcast, rng: Random) -> dict[str, Any]:
    name = show.stream_id
    fields: dict[str, Any] = {
        "status": "scheduled",
        "host_id": show.host_id,
        "title": f"Evening of {name} 今晚",
        "start_ts": show.start_ts,
        "category": rng.choice(CATEGORIES),
        "tags": ["sale", "新品"][: rng.randrange(3)],
    }
    if rng.random() < 0.7:
        fields |= {"host_name": f"Host {show.host}", "end_ts": show.end_ts + 5 * HOUR_MS}
    if rng.random() < 0.5:
        fields["products"] = [
            {"product_id": f"p{number}", "name": f"口红 {number}", "price": 9.9}
            for number in range(rng.randrange(1, 4))
        ]
    if rng.random() < 0.5:
        fields["covers"] = [
            {
                "cover_id": f"{name}-c{number}",
                "url": f"https://cdn.example/{name}/{number}",
                "kind": kind,
            }
            for number, kind in enumerate(rng.sample(("image", "video", "image"), 2))
        ]
    if rng.random() < 0.7:
        bad = [rng.choice(BAD_COPIES)] if rng.random() < 0.2 else []
        every = (*COPIES, *BAD_COPIES)
        fields["copies"] = [
            {
                "copy_id": f"t{every.index(copy)}",
                "locale": copy[0],
                "title": copy[1],
                "body": copy[2],
            }
            for copy in (*rng.sample(COPIES, 3), *bad)
        ]
    if rng.random() < 0.2:
        fields["max_invites"] = rng.choice((0, 1, 7, 30))
    if rng.random() < 0.5:
        fields["deeplink"] = f"app://live/{name}?from=push"
    return fields


def _write(show: Broadcast, ts: int, fields: dict[str, Any], late_ms: int = 0) -> None:
    value = {"stream_id": show.stream_id, "ts": ts, **fields}
    bad = [copy for copy in fields.get("copies", ()) if _is_bad(copy)]
    show.records.append(
        SimulatedRecord(ts + late_ms, "streams", show.stream_id, value, bad_copy=bool(bad))
    )


def _is_bad(copy: dict[str, str]) -> bool:
    return (copy["locale"], copy["title"], copy["body"]) in BAD_COPIES


def _when(show: Broadcast, rng: Random) -> int:
    """Some time between announcement and start, seldom in the last minutes."""
    return rng.randrange(show.announced_ts + 1000, show.start_ts - 1000)


def _move(show: Broadcast, fields: dict[str, Any], rng: Random) -> None:
    at = _when(show, rng)
    moved = show.start_ts + rng.choice((-2, -1, 1, 3, 20)) * HOUR_MS
    if moved <= at:
        moved = show.start_ts + HOUR_MS
    show.end_ts += moved - show.start_ts
    show.start_ts = moved
    changed = {**fields, "start_ts": moved}
    changed.pop("end_ts", None)
    _write(show, at, changed, late_ms=rng.choice((0, 0, 15 * MINUTE_MS)))
    if rng.random() < 0.3 and "copies" not in fields:
        # The older announcement once more, after the newer one: it changes nothing.
        _write(show, at - 1, fields, late_ms=20 * MINUTE_MS)


def _cancel(show: Broadcast, rng: Random) -> None:
    at = _when(show, rng)
    show.start_ts = show.end_ts = 0
    if rng.random() < 0.3:
        show.records.append(SimulatedRecord(at, "streams", show.stream_id, None))
    else:
        _write(show, at, {"status": "cancelled"})


def _edit(show: Broadcast, fields: dict[str, Any], rng: Random) -> None:
    changed = {**fields, "title": f"{fields['title']} !", "max_invites": 5}
    changed.pop("covers", None)
    _write(show, _when(show, rng), changed)
