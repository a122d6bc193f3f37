"""Features that the benchmark's own learners see: what a good analyst would build in a week."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.affinity_policy import BestHours, Ties
from benchmarks.quality.daily import Candidates
from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.events import Events, Floats, Floats32, Ints
from streams.simulation.world.hosts import CATEGORIES
from streams.simulation.world.programme import DAY_MS, HOUR_MS
from streams.simulation.world.world import News, World

__all__ = ["Traits"]

_DAY_HALF_LIFE = 0.5 ** (1.0 / 7.0)


class Traits:
    """Counts with a half-life of a week, ties, hours, and what became of earlier reminders."""

    def __init__(self, world: World, ties: Ties, hours: BestHours) -> None:
        users, hosts = len(world.people), len(world.hosts)
        self._world, self._ties, self._hours = world, ties, hours
        self._last_watch: Floats32 = np.full((users, hosts), -1e4, np.float32)
        self._follows = np.zeros((users, hosts), np.float32)
        self._attended: Floats32 = np.zeros((users, hosts), np.float32)
        self._visits, self._fame = np.zeros(users), np.zeros(hosts)
        self._sends, self._opens, self._recent = np.zeros(users), np.zeros(users), np.zeros(users)
        self._by_category: Floats32 = np.zeros((users, len(CATEGORIES)), np.float32)
        self._category_of = np.zeros((hosts, len(CATEGORIES)), np.float32)
        self._category_of[np.arange(hosts), world.hosts.category] = 1.0

    def follow(self, follows: Events) -> None:
        """Learn of follows."""
        self._follows[follows.user, follows.host] = 1.0

    def add(self, news: News, now_ms: int) -> None:
        """Learn what happened in a tick."""
        if now_ms % DAY_MS == 0:
            self._attended *= np.float32(0.5 ** (1.0 / 14.0))
            self._recent *= 0.5 ** (1.0 / 2.0)
            self._visits *= _DAY_HALF_LIFE
            self._fame *= _DAY_HALF_LIFE
            self._by_category = self._ties.weight @ self._category_of
        events, told = news.events, news.feedback
        watched = events.take(np.flatnonzero(events.kind == TYPE_CODE["watch"]))
        day = ((watched.ts - self._world.begin_ms) / DAY_MS).astype(np.float32)
        self._last_watch[watched.user, watched.host] = day
        np.add.at(self._fame, watched.host, 1.0)
        np.add.at(self._visits, events.user[events.kind == TYPE_CODE["app_open"]], 1.0)
        self.follow(events.take(np.flatnonzero(events.kind == TYPE_CODE["follow"])))
        came = events.take(np.flatnonzero(events.kind == TYPE_CODE["enter"]))
        np.add.at(self._attended, (came.user, came.host), np.float32(1.0))
        np.add.at(self._opens, told.user[told.kind == FEEDBACK_CODE["opened"]], 1.0)

    def reminded(self, user: Ints) -> None:
        """Learn whom a reminder was sent."""
        np.add.at(self._sends, user, 1.0)
        np.add.at(self._recent, user, 1.0)

    def appeal(self, stream: int) -> Floats:
        """Return float64[users]: a plain guess of how close each is to a stream."""
        host = int(self._world.programme.host[stream])
        total = self._by_category.sum(axis=1) + 1.0
        share = self._by_category[:, self._world.hosts.category[host]] / total
        tie = np.log1p(self._ties.weight[:, host])
        return np.asarray(tie + 0.7 * self._follows[:, host] + 1.5 * share, np.float64)

    def of(self, rows: Candidates, now_ms: int) -> NDArray[np.float32]:
        """Return float32[n, f]: the features of candidates, all of one stream."""
        world, user = self._world, rows.user
        stream = int(rows.stream[0]) if len(rows.stream) else 0
        host = int(world.programme.host[stream])
        category = int(world.hosts.category[host])
        start = np.full(len(user), int(world.programme.start_known(now_ms)[stream]))
        weight, of_kind = self._ties.weight[user, host], self._by_category[user, category]
        total = self._by_category[user].sum(axis=1) + 1.0
        people = world.people
        columns = (
            np.log1p(weight),
            weight / total,
            self._follows[user, host],
            np.exp((self._last_watch[user, host] - (now_ms - self._world.begin_ms) / DAY_MS) / 3.0),
            np.log1p(of_kind),
            of_kind / total,
            people.declared[user] == category,
            np.log1p(self._fame[host]) + np.zeros(len(user)),
            self._attended[user, host],
            self._attended[user].sum(axis=1),
            np.log1p(self._visits[user]),
            (self._opens[user] + 0.5) / (self._sends[user] + 2.0),
            np.log1p(self._sends[user]),
            self._recent[user],
            (start - rows.ts) / HOUR_MS,
            self._hours.odds(user, rows.ts),
            self._hours.odds(user, start),
            (start // HOUR_MS + people.offset[user] // 2) % 24,
            (start // DAY_MS + 3) % 7,
            people.locale[user],
        )
        return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)
