"""Policies that need no model: nobody, anybody, the famous, the followed."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.daily import Candidates, Daily
from features.contracts import TYPE_CODE
from streams.simulation.world.chance import draws
from streams.simulation.world.events import Events, Floats, Ints
from streams.simulation.world.programme import DAY_MS, HOUR_MS
from streams.simulation.world.world import News, World

__all__ = ["Followers", "Nothing", "Popularity", "Random", "at_lead"]

LADDER_MS = (24 * HOUR_MS, 2 * HOUR_MS, HOUR_MS // 4)
_CHOSEN = 4


def at_lead(world: World, now_ms: int, lead_ms: int) -> Ints:
    """Return the streams that are `lead_ms` away at some time in the next 24 h."""
    ahead = world.programme.ahead(now_ms)
    due = world.programme.start_known(now_ms)[ahead] - lead_ms
    return ahead[(due > now_ms) & (due <= now_ms + DAY_MS)]


class Nothing(Daily):
    """Sends nothing."""

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return nothing."""
        del now_ms
        return []


class Random(Daily):
    """Reminds anybody of any stream, two hours before."""

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return a few streams of the day for everybody."""
        streams = at_lead(self.world, now_ms, 2 * HOUR_MS)
        if not len(streams):
            return []
        user = np.repeat(np.arange(self.users), _CHOSEN)
        nth = np.tile(np.arange(_CHOSEN), self.users)
        when = np.full(len(user), now_ms)
        drawn = draws(self.world.seed, 40, user, nth, when)
        stream = streams[(drawn * len(streams)).astype(np.int64)]
        ts = self.world.programme.start_known(now_ms)[stream] - 2 * HOUR_MS
        score = draws(self.world.seed, 41, user, nth, when)
        return [Candidates(user, stream, ts, score)]


class Popularity(Random):
    """Reminds anybody of the streams whose hosts have been watched most in the last days."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._watched: Floats = np.zeros(len(world.hosts))

    def observe(self, news: News, now_ms: int) -> None:
        """Count watches by host, with a half-life of three days."""
        super().observe(news, now_ms)
        if now_ms % DAY_MS == 0:
            self._watched *= 0.5 ** (1.0 / 3.0)
        host = news.events.host[news.events.kind == TYPE_CODE["watch"]]
        self._watched += np.bincount(host, minlength=len(self._watched))

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return the most popular streams of the day for everybody."""
        streams = at_lead(self.world, now_ms, 2 * HOUR_MS)
        fame = self._watched[self.world.programme.host[streams]]
        best = streams[np.argsort(-fame, kind="stable")[:_CHOSEN]]
        users = np.arange(self.users)
        starts = self.world.programme.start_known(now_ms)
        return [
            Candidates(
                users,
                np.full(self.users, stream),
                np.full(self.users, int(starts[stream]) - 2 * HOUR_MS),
                draws(self.world.seed, 42, users, np.full(self.users, now_ms)) - place,
            )
            for place, stream in enumerate(best.tolist())
        ]


class Followers(Daily):
    """Reminds followers of the host 24 h, 2 h and 15 min before, as many as the volume allows."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._follows = np.zeros((self.users, len(world.hosts)), np.bool_)

    def begin(self, follows: Events) -> None:
        """Learn whom everybody follows."""
        self._follows[follows.user, follows.host] = True

    def observe(self, news: News, now_ms: int) -> None:
        """Learn of new follows."""
        super().observe(news, now_ms)
        events = news.events
        new = events.kind == TYPE_CODE["follow"]
        self._follows[events.user[new], events.host[new]] = True

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return every rung of every follower, in a random order."""
        found = []
        starts = self.world.programme.start_known(now_ms)
        for lead_ms in LADDER_MS:
            for stream in at_lead(self.world, now_ms, lead_ms).tolist():
                user = np.flatnonzero(self._follows[:, self.world.programme.host[stream]])
                ts = np.full(len(user), int(starts[stream]) - lead_ms)
                same = np.full(len(user), stream)
                found.append(Candidates(user, same, ts, draws(self.world.seed, 43, user, same, ts)))
        return found
