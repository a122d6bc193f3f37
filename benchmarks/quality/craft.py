"""How well reminders were timed and worded, by the chances as they were when they were sent."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.guarded import quiet
from streams.simulation.world.events import Floats, Ints, Sends
from streams.simulation.world.mood import COPIES
from streams.simulation.world.programme import DAY_MS, HOUR_MS
from streams.simulation.world.world import World

__all__ = ["Craft"]

_MINUTE_MS = 60_000
_WINDOWS_MS = (
    (28 * HOUR_MS, 18 * HOUR_MS),
    (4 * HOUR_MS, HOUR_MS),
    (30 * _MINUTE_MS, 5 * _MINUTE_MS),
)
_STEPS = 16


class Craft:
    """Sums over the reminders that reached people, by day of the run.

    Attributes
    ----------
    opening, best_opening : float64[days], chance of being opened as timed, and at the best
        allowed minute in the same window of the ladder; of reminders within one.
    regret, shown : float64[days], share of the best copy's pull that the shown one lacks, and
        of how many reminders.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        days = world.scale.days + 1
        self.opening, self.best_opening = np.zeros(days), np.zeros(days)
        self.regret, self.shown = np.zeros(days), np.zeros(days)

    def note(self, sends: Sends) -> None:
        """Look at reminders that are about to reach people."""
        world, now_ms = self._world, self._world.now
        sends = sends.take(np.flatnonzero(~world.mood.muted[sends.user]))
        if not len(sends):
            return
        day = int((now_ms - 1 - world.first_ms) // DAY_MS)
        starts = world.programme.start_known(now_ms)[sends.stream]
        pulls = np.stack(
            [
                world.chances.pull_of(sends.user, np.full(len(sends), copy), now_ms)
                for copy in range(COPIES)
            ],
            axis=1,
        )
        own = pulls[np.arange(len(sends)), sends.kind]
        self.regret[day] += float((1.0 - own / pulls.max(axis=1)).sum())
        self.shown[day] += len(sends)
        timed, best = self._openings(sends, starts, own)
        self.opening[day] += float(timed.sum())
        self.best_opening[day] += float(best.sum())

    def _openings(self, sends: Sends, starts: Ints, pull: Floats) -> tuple[Floats, Floats]:
        world, chances = self._world, self._world.chances
        interest = np.empty(len(sends))
        for stream in np.unique(sends.stream).tolist():
            at = np.flatnonzero(sends.stream == stream)
            interest[at] = chances.interest(stream, sends.user[at])
        ready = chances.openness(sends.user, interest, world.now) * pull
        timed = -np.expm1(-ready * chances.reach(sends.user, sends.ts, starts))
        reach, within = np.zeros(len(sends)), np.zeros(len(sends), np.bool_)
        lead = starts - sends.ts
        for first, last in _WINDOWS_MS:
            inside = np.flatnonzero((lead <= first) & (lead >= last))
            within[inside] = True
            who, start = sends.user[inside], starts[inside]
            for step in range(_STEPS + 1):
                ts = start - first + (first - last) * step // _STEPS
                found = np.where(quiet(world.people, who, ts), 0.0, chances.reach(who, ts, start))
                reach[inside] = np.maximum(reach[inside], found)
        best = np.maximum(timed, -np.expm1(-ready * reach))
        return timed[within], best[within]
