"""A run made up by hand, so that a test can plant what a checker must find."""

from __future__ import annotations

import json
from typing import Any

from wirecheck.partitioner import partition_of
from wirecheck.records import Run, Tick, Wire
from wirecheck.rules import Rules

__all__ = ["Script"]

Headers = tuple[tuple[str, bytes], ...]


class Script:
    """Writes inputs and outputs as producers and a faultless worker would.

    Attributes
    ----------
    run : the run so far.
    mark : changes to every later watermark, by field.
    """

    def __init__(self, rules: Rules | None = None) -> None:
        self.run = Run("t.", rules or Rules(partitions=1), [], [], [], [], [])
        self.mark: dict[str, Any] = {}
        self._ends = {("streams", 0): 0}
        for topic in ("interactions", "feedback", "profiles", "reminders"):
            for number in range(self.run.rules.partitions):
                self._ends[topic, number] = 0

    def say(self, topic: str, key: str, fields: dict[str, Any] | bytes | None) -> Wire:
        """Write an input record; a JSON object gets its id by itself."""
        name = "stream_id" if topic == "streams" else "user_id"
        value = json.dumps({name: key, **fields}).encode() if isinstance(fields, dict) else fields
        partition = 0
        if topic != "streams":
            partition = partition_of(key.encode(), self.run.rules.partitions)
        offset = self._ends[topic, partition]
        record = Wire(topic, partition, offset, key.encode(), value)
        self._ends[topic, partition] += 1
        self.run.inputs.append(record)
        return record

    def tick(self, ts: int, *reminders: dict[str, Any] | Wire) -> None:
        """Let the clock tick, and these reminders and the watermarks come out."""
        ends = {place: end for place, end in self._ends.items() if place[0] != "reminders"}
        self.run.ticks.append(Tick(ts, ends))
        for reminder in reminders:
            record = reminder if isinstance(reminder, Wire) else self.sent(reminder)
            self._ends["reminders", record.partition] = record.offset + 1
            self.run.reminders.append(record)
        for number in range(self.run.rules.partitions):
            self._mark(ts, number)

    def sent(self, reminder: dict[str, Any]) -> Wire:
        """The record of a reminder, with its headers."""
        key, name = str(reminder["user_id"]).encode(), str(reminder["reminder_id"]).encode()
        headers: Headers = (
            ("reminder_id", name),
            ("content-type", b"application/json"),
            ("ce_id", name),
            ("ce_type", b"livecue.reminder.v1"),
            ("ce_source", b"/livecue"),
            ("ce_specversion", b"1.0"),
            ("ce_time", b"2026-10-25T00:00:00Z"),
        )
        partition = partition_of(key, self.run.rules.partitions)
        offset = self._ends["reminders", partition]
        value = json.dumps(reminder, ensure_ascii=False).encode()
        self._ends["reminders", partition] += 1
        return Wire("reminders", partition, offset, key, value, headers)

    def bury(self, source: Wire, **changes: str) -> None:
        """Write the dead letter of an input record."""
        fields = {
            "error_code": "not_json",
            "error_text": "send JSON",
            "source_topic": self.run.prefix + source.topic,
            "source_partition": str(source.partition),
            "source_offset": str(source.offset),
            "ts": "1",
            **changes,
        }
        headers: Headers = tuple((name, text.encode()) for name, text in fields.items() if text)
        offset = len(self.run.dead_letters)
        self.run.dead_letters.append(
            Wire("dead-letters", 0, offset, source.key, source.value, headers)
        )

    def _mark(self, ts: int, number: int) -> None:
        offsets = {
            "t." + topic: self._ends[topic, 0 if topic == "streams" else number]
            for topic in ("interactions", "feedback", "profiles", "streams")
        }
        mark = {
            "partition": number,
            "clock_ts": ts,
            "offsets": offsets,
            "reminders_end_offset": self._ends["reminders", number],
            **self.mark,
        }
        value = json.dumps(mark).encode()
        at = len(self.run.watermarks)
        self.run.watermarks.append(Wire("watermarks", 0, at, str(number).encode(), value))
