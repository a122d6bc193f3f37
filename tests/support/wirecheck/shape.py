"""The form of a reminder: every field, its type and range, key, partition, headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from wirecheck.partitioner import partition_of
from wirecheck.records import Violation, Wire
from wirecheck.rules import Rules

__all__ = ["check_shape", "decoded"]

Check = Callable[[Any], bool]
UNFILLED = ("{{", "}}", "{%", "%}", "{#", "None", "undefined", "null")


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _id(value: Any) -> bool:
    return _text(value) and len(value) <= 128


def _int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _object(**fields: Check) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and all(name in value and check(value[name]) for name, check in fields.items())
    )


def _list(check: Check, at_least: int) -> Check:
    return lambda value: (
        isinstance(value, list) and len(value) >= at_least and all(map(check, value))
    )


def _one_of(*values: str) -> Check:
    return lambda value: value in values


FIELDS: dict[str, Check] = {
    "reminder_id": _id,
    "user_id": _id,
    "stream_id": _id,
    "host_id": _id,
    "rung": _text,
    "intent": _one_of("invite", "attend"),
    "channel": _one_of("push"),
    "send_ts": _int,
    "start_ts": _int,
    "expires_ts": _int,
    "title": _text,
    "body": _text,
    "locale": _text,
    "copy_id": _maybe(_id),
    "cover_id": _maybe(_id),
    "media": _maybe(_object(url=_text, kind=_one_of("image", "video"))),
    "deeplink": lambda value: _text(value) and ":" in value and " " not in value,
    "actions": _list(_object(type=_one_of("reserve", "open"), label=_text, url=_text), 0),
    "score": lambda value: _number(value) and 0 <= value <= 1,
    "reasons": _list(_object(code=_text, text=_text, weight=_number), 1),
    "experiment": _maybe(_object(id=_text, arm=_text)),
    "policy": _one_of("exploit", "explore"),
    "propensity": lambda value: _number(value) and 0 < value <= 1,
    "model_version": _int,
}


def decoded(record: Wire) -> dict[str, Any] | None:
    """The reminder, None when it is not a JSON object in UTF-8."""
    try:
        value = json.loads((record.value or b"").decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def check_shape(record: Wire, rules: Rules) -> Iterator[Violation]:
    """Violations of the table `reminders` and its headers in one record."""
    reminder = decoded(record)
    if reminder is None:
        yield Violation("schema", f"not a JSON object at {record.place}")
        return
    name = reminder.get("reminder_id")
    for field, check in FIELDS.items():
        if field not in reminder:
            yield Violation("schema", f"{name}: {field} is missing")
        elif not check(reminder[field]):
            yield Violation("schema", f"{name}: {field} = {reminder[field]!r}")
    yield from _check_texts(reminder)
    yield from _check_key(record, reminder, rules)
    yield from _check_headers(record, reminder)


def _check_texts(reminder: dict[str, Any]) -> Iterator[Violation]:
    name = reminder.get("reminder_id")
    reasons = reminder.get("reasons") or []
    texts = [reminder.get("title"), reminder.get("body"), *(one.get("text") for one in reasons)]
    for text in texts:
        if any(mark in str(text) for mark in UNFILLED):
            yield Violation("unfilled slot", f"{name}: {text!r}")
    weights = [one.get("weight", 0) for one in reasons]
    if weights != sorted(weights, key=abs, reverse=True):
        yield Violation("reasons", f"{name}: not the most important first: {weights}")
    kinds = [one.get("type") for one in reminder.get("actions") or []]
    if "reserve" in kinds and reminder.get("intent") != "invite":
        yield Violation("actions", f"{name}: reserve on {reminder.get('intent')}")


def _check_key(record: Wire, reminder: dict[str, Any], rules: Rules) -> Iterator[Violation]:
    name = reminder.get("reminder_id")
    if record.key != str(reminder.get("user_id")).encode():
        yield Violation("key", f"{name}: {record.key!r} is not the user")
    elif record.partition != partition_of(record.key, rules.partitions):
        yield Violation("partition", f"{name}: {record.key!r} in {record.partition}")


def _check_headers(record: Wire, reminder: dict[str, Any]) -> Iterator[Violation]:
    name = str(reminder.get("reminder_id"))
    headers = dict(record.headers)
    expected = {
        "reminder_id": name,
        "content-type": "application/json",
        "ce_id": name,
        "ce_type": "livecue.reminder.v1",
        "ce_specversion": "1.0",
    }
    for header, value in expected.items():
        if headers.get(header) != value.encode():
            yield Violation("headers", f"{name}: {header} = {headers.get(header)!r}")
    if not headers.get("ce_source"):
        yield Violation("headers", f"{name}: no ce_source")
    try:
        zoned = datetime.fromisoformat(headers.get("ce_time", b"").decode()).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        yield Violation("headers", f"{name}: ce_time = {headers.get('ce_time')!r}")
    if len(headers) != len(record.headers):
        yield Violation("headers", f"{name}: one comes twice")
