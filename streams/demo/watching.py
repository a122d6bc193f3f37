"""What a running deployment does, read from its topics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from features.contracts import Feedback, Interaction, Kpi, Reminder, Watermark
from streams.demo.scene import Scene
from streams.simulation.topic_tail import TopicTail

if TYPE_CHECKING:
    from config import Settings

__all__ = ["Watching"]

_RECENT = 100
_POLL_S = 0.5
_INPUTS = ("interactions", "feedback", "profiles")
_KINDS: dict[str, type[Any]] = {
    "interactions": Interaction,
    "feedback": Feedback,
    "kpis": Kpi,
    "reminders": Reminder,
    "watermarks": Watermark,
}


class Watching:
    """Follows reminders, watermarks and the funnel, from now on.

    The funnel is the workers' own where they publish `kpis`; else it is counted from the events
    that come while we watch. Times are in the deployment's default zone.

    Raises
    ------
    LivecueError
        Kafka is away, or topics are missing.
    """

    def __init__(self, settings: Settings) -> None:
        self.scene = Scene(lambda _: settings.default_timezone)
        self._partitions = settings.topics.partitions
        self._prefix = settings.topics.prefix
        kept = [self._prefix + short for short in ("watermarks", "kpis")]
        self._kept = TopicTail(settings.kafka, kept, _RECENT)
        counted = any(self._kept.end_offsets(self._prefix + "kpis").values())
        passing = ("reminders",) if counted else ("reminders", "feedback", "interactions")
        self._passing = TopicTail(settings.kafka, [self._prefix + short for short in passing])
        self._marks: dict[int, tuple[Watermark, int]] = {}
        self._ends: dict[str, dict[int, int]] = {}

    def look(self) -> Scene:
        """Take what came within half a second, and return what is to be shown."""
        records: list[object] = []
        reminders: list[Reminder] = []
        for row in self._kept.poll(0) + self._passing.poll(_POLL_S):
            record = self._decoded(row)
            if isinstance(record, Watermark):
                self._marks[record.partition] = (record, row.timestamp)
            elif isinstance(record, Reminder):
                reminders.append(record)
            elif record is not None:
                records.append(record)
        written = self._newly_written()
        clock = max((mark.clock_ts for mark, _ in self._marks.values()), default=-1)
        self.scene.add(clock, records, reminders, written)
        self.scene.notes = self._notes()
        return self.scene

    def close(self) -> None:
        """Disconnect."""
        self._kept.close()
        self._passing.close()

    def _decoded(self, row: Any) -> object | None:
        if row.topic == self._prefix + "kpis" and not row.key.startswith(b"global"):
            return None
        kind = _KINDS[row.topic.removeprefix(self._prefix)]
        try:
            decoded: object = msgspec.json.decode(row.value or b"", type=kind)
        except msgspec.MsgspecError:
            # A bad event: the workers make a dead letter of it.
            return None
        return decoded

    def _newly_written(self) -> int:
        """How many records were written to the user inputs since the last look."""
        ends = {short: self._passing.end_offsets(self._prefix + short) for short in _INPUTS}
        before, self._ends = self._ends, ends
        return sum(
            end - before[short].get(number, 0)
            for short, numbers in ends.items()
            if short in before
            for number, end in numbers.items()
        )

    def _notes(self) -> dict[str, str]:
        if not self._marks:
            return {"partitions": f"0/{self._partitions}: no worker has written yet"}
        oldest_s = time.time() - min(written for _, written in self._marks.values()) / 1000
        lag = sum(
            max(end - self._taken(number, short), 0)
            for short, numbers in self._ends.items()
            for number, end in numbers.items()
        )
        return {
            "partitions": f"{len(self._marks)}/{self._partitions}",
            "oldest watermark": f"{max(oldest_s, 0):.1f} s",
            "lag": f"{lag:,} records",
        }

    def _taken(self, number: int, short: str) -> int:
        if number not in self._marks:
            return 0
        return self._marks[number][0].offsets.get(self._prefix + short, 0)
