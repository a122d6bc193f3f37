"""Decayed affinity of user and host, two hours before or at the personal best hour."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.daily import Candidates, Daily
from benchmarks.quality.guarded import quiet
from benchmarks.quality.plain_policies import at_lead
from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.events import Events, Floats, Floats32, Ints
from streams.simulation.world.programme import DAY_MS, HALF_HOUR_MS, HOUR_MS
from streams.simulation.world.world import TICK_MS, News, World

__all__ = ["Affinity", "AffinityAtBestHour", "BestHours", "Ties"]

_WEIGHTS = {"watch": 1.0, "like": 1.0, "comment": 1.5, "gift": 3.0, "purchase": 4.0, "follow": 3.0}
_HALF_LIFE_DAYS = 14.0
_POOL = 0.15
"""Share of the people who are looked at for a stream: those with the strongest ties."""


class Ties:
    """Decayed weight of what each user did with each host, float32[n, hosts]."""

    def __init__(self, world: World) -> None:
        self.weight: Floats32 = np.zeros((len(world.people), len(world.hosts)), np.float32)
        self._of_kind = np.zeros(len(TYPE_CODE))
        for kind, weight in _WEIGHTS.items():
            self._of_kind[TYPE_CODE[kind]] = weight

    def add(self, events: Events, now_ms: int) -> None:
        """Add what happened in a tick."""
        if now_ms % DAY_MS == 0:
            self.weight *= np.float32(0.5 ** (1.0 / _HALF_LIFE_DAYS))
        about = np.flatnonzero(events.host >= 0)
        long = 1.0 + np.minimum(events.dwell_ms[about] / 300_000.0, 3.0)
        weight = self._of_kind[events.kind[about]] * long
        np.add.at(self.weight, (events.user[about], events.host[about]), weight.astype(np.float32))


class BestHours:
    """When users look at the phone: counts by half-hour of the local day, drawn to the mean."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: Floats = np.zeros((len(world.people), 48))

    def add(self, news: News) -> None:
        """Count app opens and opened reminders."""
        for columns, kind in (
            (news.events, TYPE_CODE["app_open"]),
            (news.feedback, FEEDBACK_CODE["opened"]),
        ):
            there = columns.kind == kind
            user, ts = columns.user[there], columns.ts[there]
            np.add.at(self._seen, (user, self._local(user, ts)), 1.0)

    def odds(self, user: Ints, ts: Ints) -> Floats:
        """Return how much likelier than on the average of a day each is there at `ts`."""
        usual = self._seen.sum(axis=0) + 1.0
        seen = (
            self._seen[user, self._local(user, ts)]
            + 5.0 * (usual / usual.sum())[self._local(user, ts)]
        )
        return np.asarray(48.0 * seen / (self._seen[user].sum(axis=1) + 5.0))

    def best(self, user: Ints, start: int, now_ms: int) -> Ints:
        """Return the best allowed time between now and half an hour before the start."""
        usual = self._seen.sum(axis=0) + 1.0
        odds = self._seen[user] + 5.0 * usual / usual.sum()
        odds = 0.5 * odds + 0.25 * (np.roll(odds, 1, axis=1) + np.roll(odds, -1, axis=1))
        last = min(start - HALF_HOUR_MS, now_ms - TICK_MS + DAY_MS - HALF_HOUR_MS)
        times = np.arange(now_ms - now_ms % HALF_HOUR_MS + HALF_HOUR_MS, last + 1, HALF_HOUR_MS)
        if not len(times):
            return np.full(len(user), -1)
        who, at = user[:, None], times[None, :]
        appeal = np.take_along_axis(odds, self._local(who, at), axis=1)
        appeal = np.where(quiet(self._world.people, who, at), -1.0, appeal)
        best = appeal.argmax(axis=1)
        return np.where(appeal.max(axis=1) > 0.0, times[best] + 300_000, -1)

    def _local(self, user: Ints, ts: Ints) -> Ints:
        return (ts // HALF_HOUR_MS + self._world.people.offset[user]) % 48


class Affinity(Daily):
    """Reminds those with the strongest ties to the host, two hours before."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.ties = Ties(world)

    def begin(self, follows: Events) -> None:
        """A follow is the first tie."""
        self.ties.add(follows, -1)

    def observe(self, news: News, now_ms: int) -> None:
        """Add what happened to the ties."""
        super().observe(news, now_ms)
        self.ties.add(news.events, now_ms)

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return everybody with a tie, for each stream."""
        return [
            self.of_stream(stream, now_ms)
            for stream in at_lead(self.world, now_ms, 2 * HOUR_MS).tolist()
        ]

    def of_stream(self, stream: int, now_ms: int) -> Candidates:
        """Return those with a tie to the host of a stream."""
        weight = self.ties.weight[:, self.world.programme.host[stream]]
        user = np.flatnonzero(weight > max(float(np.quantile(weight, 1.0 - _POOL)), 0.0))
        start = int(self.world.programme.start_known(now_ms)[stream])
        ts = self.moments(user, start, now_ms)
        return Candidates(user, np.full(len(user), stream), ts, weight[user].astype(np.float64))

    def moments(self, user: Ints, start: int, now_ms: int) -> Ints:
        """Return when each is reminded."""
        del now_ms
        return np.full(len(user), start - 2 * HOUR_MS)


class AffinityAtBestHour(Affinity):
    """The same people, each at the hour at which they are used to look at the phone."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.hours = BestHours(world)

    def observe(self, news: News, now_ms: int) -> None:
        """Learn the hours too."""
        super().observe(news, now_ms)
        self.hours.add(news)

    def moments(self, user: Ints, start: int, now_ms: int) -> Ints:
        """Return the best hour of each."""
        return self.hours.best(user, start, now_ms)
