"""The size and the time of a simulated world, and what it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "SimulatedRecord", "WorldSpec"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """Everything that a world is made from; the same spec is the same world.

    Attributes
    ----------
    first_day : UTC day that the first tick begins; choose one before a change of clocks.
    """

    users: int
    streams: int
    days: int
    tick_minutes: int
    first_day: date
    seed: int = 7
    flaws: int = 120

    @property
    def start_ts(self) -> int:
        """First tick, epoch ms."""
        day = self.first_day
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000

    @property
    def end_ts(self) -> int:
        """Last tick, epoch ms."""
        return self.start_ts + self.days * DAY_MS

    def ticks(self) -> list[int]:
        """All ticks, epoch ms."""
        return list(range(self.start_ts, self.end_ts + 1, self.tick_minutes * MINUTE_MS))


@dataclass(frozen=True, slots=True)
class SimulatedRecord:
    """A record to write.

    Attributes
    ----------
    at : simulated epoch ms of writing; what happened earlier than that comes late.
    value : a JSON object, bytes as they are, or None for a tombstone.
    bad : the contract refuses the record.
    bad_copy : the contract refuses a copy in it, and uses the rest.
    """

    at: int
    topic: str
    key: str
    value: dict[str, Any] | bytes | None
    bad: bool = False
    bad_copy: bool = False
