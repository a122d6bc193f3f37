"""Wait until all workers have come to a tick, and take the reminders they emitted by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from config import Kafka
from features.contracts import Kpi, Reminder, Watermark
from streams.clients.closing import Closing
from streams.simulation.topic_tail import TopicTail

__all__ = ["TickBarrier"]

_POLL_S = 0.1
_kpi = msgspec.json.Decoder(Kpi)
_watermark = msgspec.json.Decoder(Watermark)
_reminder = msgspec.json.Decoder(Reminder)


class TickBarrier(Closing):
    """Reads `watermarks`, `reminders` and the funnel in `kpis` side by side.

    Parameters
    ----------
    kafka : the settings' `kafka` section, with `bootstrap_servers` filled in.
    partitions : number of user partitions.

    Attributes
    ----------
    funnel : the newest funnel over everything; None before the workers publish one.
    """

    def __init__(self, kafka: Kafka, prefix: str, partitions: int) -> None:
        self._watermarks = prefix + "watermarks"
        self._reached = dict.fromkeys(range(partitions), -1)
        self._to_read = dict.fromkeys(range(partitions), 0)
        self.funnel: Kpi | None = None
        self._kpis = prefix + "kpis"
        reminders = prefix + "reminders"
        self._tail = TopicTail(kafka, [self._watermarks, self._kpis, reminders])
        self._read = self._tail.end_offsets(reminders)
        self._waiting: list[Reminder] = []

    def poll(self, timeout_s: float = _POLL_S) -> list[Reminder]:
        """Return the reminders that came within the time."""
        for record in self._tail.poll(timeout_s):
            self._take(record)
        taken, self._waiting = self._waiting, []
        return taken

    def wait(self, tick: int, while_waiting: Callable[[], None]) -> list[Reminder]:
        """Return all reminders emitted up to a tick, once every partition has come there.

        Parameters
        ----------
        while_waiting : called several times a second; what it raises ends the wait.
        """
        came: list[Reminder] = []
        while not self._passed(tick):
            while_waiting()
            came += self.poll()
        return came + self.poll(0)

    def close(self) -> None:
        """Disconnect; may be called twice."""
        self._tail.close()

    def _passed(self, tick: int) -> bool:
        return min(self._reached.values()) >= tick and all(
            self._read[number] >= offset for number, offset in self._to_read.items()
        )

    def _take(self, record: Any) -> None:
        if record.topic == self._watermarks:
            mark = _watermark.decode(record.value)
            if mark.clock_ts >= self._reached[mark.partition]:
                self._reached[mark.partition] = mark.clock_ts
                self._to_read[mark.partition] = mark.reminders_end_offset
        elif record.topic == self._kpis:
            # A record a stream, a host, …; only one of them is the whole.
            if record.key.startswith(b"global") and record.value:
                self.funnel = _kpi.decode(record.value)
        else:
            self._read[record.partition] = record.offset + 1
            self._waiting.append(_reminder.decode(record.value))
