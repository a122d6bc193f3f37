"""`kill -9` in the middle of a run."""

from __future__ import annotations

from random import Random

from testbed.workers import Workers

__all__ = ["KILLS", "Killer"]

KILLS = 5


class Killer:
    """Kills a worker with `kill -9` at five random ticks, before or after the tick is written."""

    def __init__(self, ticks: int, seed: int = 3) -> None:
        rng = Random(seed)
        moments = rng.sample(range(2, 2 * ticks - 2), KILLS)
        self._moments = dict.fromkeys(moments, 0) | {one: rng.randrange(2) for one in moments}
        self._calls = 0
        self.kills = 0

    def __call__(self, crew: Workers) -> None:
        """Called twice a tick."""
        if self._calls in self._moments:
            crew.kill(self._moments[self._calls])
            self.kills += 1
        self._calls += 1
