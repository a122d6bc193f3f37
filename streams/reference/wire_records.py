"""The records of the wire: which type lies on which topic, under which key, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from features.contracts import (
    FEEDBACK_TYPES,
    NEEDS_HOST,
    NEEDS_QUERY,
    NEEDS_STREAM,
    REQUIRED_WHEN_SCHEDULED,
    WITHOUT_REMINDER,
    ClockTick,
    Feedback,
    Interaction,
    Kpi,
    Profile,
    Reminder,
    StreamRecord,
    Watermark,
)

__all__ = ["WIRE_RECORDS", "Condition", "WireRecord"]


@dataclass(frozen=True)
class Condition:
    """`required` fields go with these `values` of `field`."""

    field: str
    values: tuple[str, ...]
    required: tuple[str, ...]


@dataclass(frozen=True)
class WireRecord:
    """One topic as other teams see it.

    `action`: what Livecue does with it. `tombstone`: what a record without a value means.
    """

    topic: str
    struct: type[Struct]
    key: str
    action: Literal["receive", "send"]
    writers: str
    readers: str
    conditions: tuple[Condition, ...] = ()
    tombstone: str = ""


WIRE_RECORDS = (
    WireRecord(
        "interactions",
        Interaction,
        "user_id",
        "receive",
        "event producers",
        "workers",
        (
            Condition("type", NEEDS_STREAM, ("stream_id",)),
            Condition("type", NEEDS_HOST, ("host_id",)),
            Condition("type", NEEDS_QUERY, ("query",)),
        ),
    ),
    WireRecord(
        "feedback",
        Feedback,
        "user_id",
        "receive",
        "push channels",
        "workers",
        (
            Condition(
                "type",
                tuple(name for name in FEEDBACK_TYPES if name not in WITHOUT_REMINDER),
                ("reminder_id",),
            ),
        ),
    ),
    WireRecord(
        "profiles",
        Profile,
        "user_id",
        "receive",
        "account service",
        "workers",
        tombstone="forget this user, as `erase` does",
    ),
    WireRecord(
        "streams",
        StreamRecord,
        "stream_id",
        "receive",
        "live platform",
        "every worker",
        (Condition("status", ("scheduled",), REQUIRED_WHEN_SCHEDULED),),
        tombstone="`cancelled`, and forgotten",
    ),
    WireRecord(
        "reminders", Reminder, "user_id", "send", "workers", "push consumers, `read_committed`"
    ),
    WireRecord("kpis", Kpi, "scope:id", "send", "workers", "console, BI"),
    WireRecord(
        "watermarks",
        Watermark,
        "partition as decimal text",
        "send",
        "workers",
        "SREs, simulators",
    ),
    WireRecord("clock", ClockTick, "none", "receive", "simulators only", "every worker"),
)
