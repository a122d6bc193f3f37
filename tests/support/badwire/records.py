"""Records that the contract refuses: about thirty kinds on each input, named for what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["BadRecord", "bad_records", "good_record"]

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class BadRecord:
    """What is wrong, and the record."""

    name: str
    topic: str
    key: bytes | None
    value: bytes | None


def good_record(topic: str, key: str, ts: int, number: int = 0) -> dict[str, Any]:
    """A record that fits."""
    event = {"event_id": f"e{number}", "user_id": key, "ts": ts}
    if topic == "interactions":
        return {**event, "type": "product_view", "product_id": "p"}
    if topic == "feedback":
        return {**event, "type": "opened", "reminder_id": "r"}
    if topic == "profiles":
        return {"user_id": key, "ts": ts, "nickname": "N"}
    show = {"host_id": "h", "title": "T", "start_ts": ts + DAY_MS}
    return {"stream_id": key, "ts": ts, "status": "scheduled", **show}


def bad_records(topic: str, now: int, ahead_ms: int) -> list[BadRecord]:
    """Every kind of bad record of one input.

    Parameters
    ----------
    now : the clock, epoch ms.
    ahead_ms : how far ahead of it a `ts` may be.
    """
    good = good_record(topic, "bad", now)
    name = "stream_id" if topic == "streams" else "user_id"
    text = json.dumps(good)
    whole = {
        "not json": b"hello",
        "empty": b"",
        "blank": b" \n",
        "cut short": text[:-1].encode(),
        "two values": (text + text).encode(),
        "two values with comma": (text + "," + text).encode(),
        "escape from a list": (text + "],[" + text).encode(),
        "byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "utf-16": text.encode("utf-16"),
        "not utf-8": text.encode()[:-1] + b', "x": "\xff"}',
        "list": f"[{text}]".encode(),
        "number": b"17",
        "string": b'"{}"',
        "json null": b"null",
        "empty object": b"{}",
        "NaN": text.encode()[:-1] + b', "x": NaN}',
        "Infinity": text.encode()[:-1] + b', "x": -Infinity}',
        "deep arrays": text.encode()[:-1] + b', "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        "never closed": b"[" * 100_000,
        "lone high surrogate": text.encode()[:-1] + b', "x": "\\ud800"}',
        "lone low surrogate": text.encode()[:-1] + b', "x": ["\\udfff"]}',
        "raw control character": text.encode()[:-1] + b', "x": "\x01"}',
    }
    fields: dict[str, dict[str, Any]] = {
        "no id": {name: None},
        "number as id": {name: 5},
        "empty id": {name: ""},
        "1 MB id": {name: "x" * 900_000},
        "another id than the key": {name: "other"},
        "no ts": {"ts": None},
        "ts as text": {"ts": str(now)},
        "ts as ISO 8601": {"ts": "2026-10-24T00:00:00Z"},
        "ts in fractions": {"ts": now + 0.5},
        "ts true": {"ts": True},
        "ts in microseconds": {"ts": now * 1000},
        "ts ahead of the clock": {"ts": now + ahead_ms + 10 * MINUTE_MS},
        "huge ts": {"ts": 10**30},
    }
    found = [BadRecord(kind, topic, b"bad", value) for kind, value in whole.items()]
    for kind, changes in {**fields, **OWN[topic]}.items():
        value = {field: one for field, one in {**good, **changes}.items() if one is not None}
        found.append(BadRecord(kind, topic, b"bad", json.dumps(value).encode()))
    found.append(BadRecord("another key", topic, b"elsewhere", text.encode()))
    found.append(BadRecord("key in quotes", topic, b'"bad"', text.encode()))
    found.append(BadRecord("key not utf-8", topic, b"\xff\xfe", text.encode()))
    if topic in ("interactions", "feedback"):  # the others are compacted: Kafka asks for keys
        found.append(BadRecord("no key", topic, None, text.encode()))
        found.append(BadRecord("no value", topic, b"bad", None))
    return found


COPY = {"copy_id": "k", "locale": "en", "title": "t", "body": "b"}
COVER = {"cover_id": "c", "url": "https://x/c", "kind": "image"}
PRODUCT = {"product_id": "p", "name": "n"}
OWN: dict[str, dict[str, dict[str, Any]]] = {
    "interactions": {
        "no type": {"type": None},
        "unknown type": {"type": "wink"},
        "type in capitals": {"type": "WATCH"},
        "no event_id": {"event_id": None},
        "long event_id": {"event_id": "e" * 129},
        "reserve without stream": {"type": "reserve"},
        "enter without stream": {"type": "enter"},
        "watch without stream": {"type": "watch"},
        "leave without stream": {"type": "leave"},
        "follow without host": {"type": "follow"},
        "unfollow without host": {"type": "unfollow"},
        "search without query": {"type": "search"},
        "negative dwell": {"dwell_ms": -1},
        "dwell as text": {"dwell_ms": "5"},
        "negative amount": {"amount": -0.5},
        "amount as text": {"amount": "9.99"},
        "empty stream_id": {"stream_id": ""},
        "product as list": {"product_id": ["p"]},
    },
    "feedback": {
        "no type": {"type": None},
        "unknown type": {"type": "seen"},
        "no event_id": {"event_id": None},
        "opened without reminder": {"reminder_id": None},
        "delivered without reminder": {"type": "delivered", "reminder_id": None},
        "number as reminder": {"reminder_id": 7},
    },
    "profiles": {
        "unknown zone": {"timezone": "Mars/Phobos"},
        "zone as path": {"timezone": "../../etc/passwd"},
        "offset as zone": {"timezone": "+08:00"},
        "number as zone": {"timezone": 8},
        "locale no tag": {"locale": "not a locale"},
        "quiet hours 25:99": {"quiet_hours": {"start": "25:99", "end": "08:00"}},
        "quiet hours in hours": {"quiet_hours": {"start": 22, "end": 8}},
        "quiet hours half": {"quiet_hours": {"start": "22:00"}},
        "quiet hours as text": {"quiet_hours": "22:00-08:00"},
        "consent as text": {"consent": "yes"},
        "consent no truth value": {"consent": {"push": 1}},
        "categories as text": {"categories": "food"},
        "categories of numbers": {"categories": [1]},
        "nickname as list": {"nickname": ["N"]},
        "erase as text": {"erase": "true"},
    },
    "streams": {
        "no status": {"status": None},
        "unknown status": {"status": "postponed"},
        "scheduled without start": {"start_ts": None},
        "scheduled without host": {"host_id": None},
        "scheduled without title": {"title": None},
        "start as text": {"start_ts": "tomorrow"},
        "title as number": {"title": 5},
        "tags as text": {"tags": "a,b"},
        "product without name": {"products": [{"product_id": "p"}]},
        "price as text": {"products": [{**PRODUCT, "price": "9"}]},
        "cover of unknown kind": {"covers": [{**COVER, "kind": "gif"}]},
        "copy without body": {"copies": [{**COPY, "body": 5}]},
        "negative max_invites": {"max_invites": -1},
        "max_invites as text": {"max_invites": "many"},
    },
}
