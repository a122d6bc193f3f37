"""All that is on the screen at one moment."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from features.contracts import Reminder
from streams.demo.funnel import Funnel
from streams.demo.wording import Words, ZoneOf, clock_text, words_of
from streams.simulation.wire.outcome import Outcome

__all__ = ["Rate", "Scene"]

_SHOWN = 40
_WINDOW_S = 5.0


class Rate:
    """Events a second over the last five seconds.

    >>> rate = Rate()
    >>> rate.add(10, at_s=0.0); rate.add(30, at_s=2.0); rate.per_second
    20.0
    """

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque()

    def add(self, count: int, at_s: float | None = None) -> None:
        """Note that `count` events came, now or at `at_s` of a monotonic clock."""
        now = time.monotonic() if at_s is None else at_s
        self._counts.append((now, count))
        while now - self._counts[0][0] > _WINDOW_S:
            self._counts.popleft()

    @property
    def per_second(self) -> float:
        """Events a second."""
        if not self._counts:
            return 0.0
        span = self._counts[-1][0] - self._counts[0][0]
        return sum(count for _, count in self._counts) / max(span, 1.0)


@dataclass(slots=True)
class Scene:
    """What there is to show.

    Parameters
    ----------
    zone_of : the zone of a user, for local times.

    Attributes
    ----------
    clock : the time that the workers go by, as text.
    notes : facts for the head line: name and value.
    new : reminders since the last `show`, oldest first.
    recent : the newest reminders, oldest first.
    outcome : what the reminders added, at the end of a simulation.
    """

    zone_of: ZoneOf
    clock: str = "–"
    notes: dict[str, str] = field(default_factory=dict)
    funnel: Funnel = field(default_factory=Funnel)
    rate: Rate = field(default_factory=Rate)
    recent: deque[Words] = field(default_factory=lambda: deque(maxlen=_SHOWN))
    new: list[Words] = field(default_factory=list)
    outcome: Outcome | None = None

    def add(
        self, now: int, records: Iterable[object], reminders: Iterable[Reminder], events: int
    ) -> None:
        """Take what happened up to `now` (epoch ms; −1: unknown), `events` on the input topics."""
        if now >= 0:
            self.clock = clock_text(now)
        self.rate.add(events)
        for record in records:
            self.funnel.record(record)
        for reminder in sorted(reminders, key=lambda one: (one.send_ts, one.reminder_id)):
            self.funnel.reminder(reminder)
            words = words_of(reminder, self.zone_of)
            self.new.append(words)
            self.recent.append(words)
