"""What reminders achieved in a world, reckoned from what is known of everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from streams.simulation.world.events import Floats, Ints, Sends
from streams.simulation.world.programme import DAY_MS
from streams.simulation.world.world import World

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True)
class Verdict:
    """By day of the run, float64[days] each, counted on the day of the stream's start.

    Attributes
    ----------
    sent : reminders of streams that were to start on the day.
    gained : attendances with all reminders of a stream less those without any, counted.
    expected : the same by the chances of the coins that were thrown (`Turnout.expected`).
    attended : all attendances.
    muted : people who switched pushes off because of one of these reminders.
    """

    sent: Floats
    gained: Floats
    expected: Floats
    attended: Floats
    muted: Floats

    def per_thousand(self, first: int, last: int) -> float:
        """Return incremental attendance per 1,000 reminders, days `first` to `last` (1 = first)."""
        return self._per_thousand(self.gained, first, last)

    def expected_per_thousand(self, first: int, last: int) -> float:
        """Return the same by the chances: all but free of the luck of some dozens of people."""
        return self._per_thousand(self.expected, first, last)

    def mutes_per_thousand(self, first: int, last: int) -> float:
        """Return mutes per 1,000 reminders."""
        return self._per_thousand(self.muted, first, last)

    def _per_thousand(self, counted: Floats, first: int, last: int) -> float:
        days = slice(first - 1, last)
        return float(1_000.0 * counted[days].sum() / max(self.sent[days].sum(), 1.0))


def judge(world: World) -> Verdict:
    """Return what was achieved so far; reminders of streams that have not begun do not count."""
    days, first_start = world.scale.days, world.programme.first_start
    sends = Sends.joined(world.sends)
    day_of = np.where(first_start <= world.now, (first_start - world.first_ms) // DAY_MS, -1)
    gained, expected, attended = np.zeros((3, days))
    for stream, turnout in world.turnouts.items():
        day = int(day_of[stream])
        if 0 <= day < days:
            gained[day] += len(turnout.came) - len(turnout.came_without)
            expected[day] += turnout.expected
            attended[day] += len(turnout.came)
    return Verdict(
        sent=_by_day(day_of[sends.stream], days),
        gained=gained,
        expected=expected,
        attended=attended,
        muted=_by_day(day_of[sends.stream[np.array(world.pushes.mutes, np.int64)]], days),
    )


def _by_day(day: Ints, days: int) -> Floats:
    inside = day[(day >= 0) & (day < days)]
    return np.bincount(inside, minlength=days).astype(np.float64)
