"""The oracle: it knows every chance of the world, and no coin."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.daily import Candidates, Daily
from benchmarks.quality.guarded import quiet
from benchmarks.quality.plain_policies import at_lead
from streams.simulation.world.chances import coming
from streams.simulation.world.events import Floats, Ints, Sends
from streams.simulation.world.mood import COPIES
from streams.simulation.world.programme import DAY_MS, HALF_HOUR_MS
from streams.simulation.world.world import TICK_MS

__all__ = ["Oracle"]

_POOL = 0.15
"""Share of the people who are looked at for a stream: those on whom most could be won."""
MUTE_COST = 2.0
"""Attendances that a mute costs, as the reminders of weeks are lost with it."""


class Oracle(Daily):
    """Sends what adds most to the chance of coming, at the best minute, in the best words."""

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return for each stream of the next 24 h the people it is worth most to, when it is."""
        return [
            self._of_stream(stream, now_ms)
            for stream in at_lead(self.world, now_ms, 5 * 60_000).tolist()
        ]

    def worded(self, due: Candidates, now_ms: int) -> Sends:
        """Return what is due in the words that pull most now."""
        chances = self.world.chances
        pulls = [
            chances.pull_of(due.user, np.full(len(due.user), copy), now_ms)
            for copy in range(COPIES)
        ]
        plain = Sends.plain(due.user, due.ts, due.stream)
        best = np.argmax(pulls, axis=0)
        return Sends(plain.user, best, plain.ts, plain.stream, plain.reserved, plain.score)

    def _of_stream(self, stream: int, now_ms: int) -> Candidates:
        world, chances = self.world, self.world.chances
        who = np.flatnonzero(~self.muted)
        start = int(world.programme.start_known(now_ms)[stream])
        # Who would not come though they knew, felt like it and had time, is left out at once.
        standing = chances.standing(stream, who, start, now_ms)
        most = standing.free * (standing.persuaded - standing.interest * standing.aware)
        who = who[most > np.quantile(most, 1.0 - _POOL)]
        standing = chances.standing(stream, who, start, now_ms)
        pull = np.max(
            [chances.pull_of(who, np.full(len(who), c), now_ms) for c in range(COPIES)], axis=0
        )
        ready = chances.openness(who, standing.interest, now_ms) * pull
        mute = MUTE_COST * chances.muting(who, standing.interest, now_ms)
        best: Floats = np.full(len(who), -1.0)
        best_ts: Ints = np.full(len(who), -1)
        buried_ms = chances.constants.buried_minutes * 60_000.0
        last = min(start - 5 * 60_000, now_ms - TICK_MS + DAY_MS)
        for ts in range(now_ms - now_ms % HALF_HOUR_MS + HALF_HOUR_MS, last, HALF_HOUR_MS):
            at, begins = np.full(len(who), ts), np.full(len(who), start)
            opened = -np.expm1(-ready * chances.reach(who, at, begins))
            lead = np.full(len(who), max(start - ts - buried_ms / 2, 0.0))
            without, given = coming(standing, opened, chances.memory(lead))
            value = given - without - mute * (1.0 - opened)
            better = (value > best) & ~quiet(world.people, who, at)
            best[better], best_ts[better] = value[better], ts
        kept = np.flatnonzero((best > 0.0) & (best_ts > 0))
        return Candidates(who[kept], np.full(len(kept), stream), best_ts[kept], best[kept])
