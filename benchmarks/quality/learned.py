"""What policies with a model of their own have in common: features, a log, and a daily lesson."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.affinity_policy import AffinityAtBestHour
from benchmarks.quality.daily import Candidates
from benchmarks.quality.plain_policies import at_lead
from benchmarks.quality.policy import VOLUME
from benchmarks.quality.traits import Traits
from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.chance import draws, generator
from streams.simulation.world.events import Bools, Events, Floats, Ints, Sends
from streams.simulation.world.programme import DAY_MS, HALF_HOUR_MS, HOUR_MS
from streams.simulation.world.world import News, World

__all__ = ["Learned", "Lesson"]

EXPLORED = 0.05
_POOL = 0.12
"""Share of the people who are looked at for a stream: those with the strongest ties."""


@dataclass(frozen=True)
class Lesson:
    """Logged reminders, and pairs that were not reminded; one row each.

    Attributes
    ----------
    x : float32[n, f], the features as they were when it was decided.
    sent, opened, attended : bool[n].
    """

    x: NDArray[np.float32]
    sent: Bools
    opened: Bools
    attended: Bools


class Learned(AffinityAtBestHour):
    """Scores the likeliest people by a model that learns anew each morning from all that is logged.

    A twentieth of the volume goes to anybody at random, and each day as many pairs that were not
    reminded are logged as reminders. Subclasses learn and score.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.traits = Traits(world, self.ties, self.hours)
        self._rng = generator(world.seed, 50)
        self._days: list[tuple[Candidates, NDArray[np.float32], Bools]] = []
        self._came: set[int] = set()
        self._opened: set[int] = set()
        self._keys: list[int] = []
        self._sending: Ints = np.empty(0, np.int64)

    @abstractmethod
    def learn(self, lesson: Lesson) -> None:
        """Learn from all closed rows."""

    @abstractmethod
    def score(self, x: NDArray[np.float32]) -> Floats | None:
        """Return what each row is worth, None before anything was learned."""

    def observe(self, news: News, now_ms: int) -> None:
        """Learn who came and who opened."""
        super().observe(news, now_ms)
        self.traits.add(news, now_ms)
        events, told = news.events, news.feedback
        came = (events.kind == TYPE_CODE["enter"]) & (events.room >= 0)
        self._came.update(_keys(events.user[came], events.room[came]).tolist())
        for send in told.send[told.kind == FEEDBACK_CODE["opened"]].tolist():
            self._opened.add(self._keys[send])

    def begin(self, follows: Events) -> None:
        """Learn whom everybody follows."""
        super().begin(follows)
        self.traits.follow(follows)

    def worded(self, due: Candidates, now_ms: int) -> Sends:
        """Note what goes out, for its feedback."""
        self._sending = _keys(due.user, due.stream)
        return super().worded(due, now_ms)

    def sent(self, numbers: Ints) -> None:
        """Note which reminders have which numbers."""
        if len(numbers):
            self._keys += self._sending.tolist()
            user = self._sending // 100_000
            self.traits.reminded(user)

    def candidates(self, now_ms: int) -> list[Candidates]:
        """Learn from yesterday, then score today's likeliest people; some are drawn at random."""
        lesson = self._lesson(now_ms)
        if lesson is not None:
            self.learn(lesson)
        found, features = [], []
        for stream in at_lead(self.world, now_ms, HOUR_MS).tolist():
            pool = self._pool(stream, now_ms)
            found.append(pool)
            features.append(self.traits.of(pool, now_ms))
        if not found:
            return []
        every, x = Candidates.joined(found), np.concatenate(features)
        scores = self.score(x)
        if scores is None:
            scores = every.score
        explored = self._explored(every)
        scores = np.where(explored, 1e6 + every.score, scores)
        self._pending = every, x
        return [Candidates(every.user, every.stream, every.ts, scores)]

    def _plan_day(self, now_ms: int) -> None:
        super()._plan_day(now_ms)
        every, x = self._pending
        planned = np.isin(
            _keys(every.user, every.stream), _keys(self._plan.user, self._plan.stream)
        )
        controls = np.flatnonzero(~planned)
        n = min(len(controls), round(VOLUME * self.users))
        controls = self._rng.choice(controls, size=n, replace=False)
        rows = np.concatenate([np.flatnonzero(planned), controls])
        self._days.append((every.take(rows), x[rows], planned[rows]))

    def _pool(self, stream: int, now_ms: int) -> Candidates:
        """Return the people with the strongest ties to a stream, and a few others."""
        appeal = self.traits.appeal(stream)
        most = max(round(_POOL * self.users), 1)
        strong = np.argpartition(-appeal, most - 1)[:most]
        anybody = self._rng.integers(0, self.users, max(most // 10, 1))
        user = np.unique(np.concatenate([strong, anybody]))
        start = int(self.world.programme.start_known(now_ms)[stream])
        ts = self.moments(user, start, now_ms)
        there = np.flatnonzero(ts > now_ms)
        same = np.full(len(there), stream)
        return Candidates(user[there], same, ts[there], appeal[user[there]])

    def _explored(self, every: Candidates) -> Bools:
        chance = EXPLORED * VOLUME * self.users / max(len(every.user), 1)
        drawn = draws(self.world.seed, 51, every.user, every.stream, every.ts // HALF_HOUR_MS)
        return np.asarray(drawn < chance)

    def _lesson(self, now_ms: int) -> Lesson | None:
        """Return all rows of the days before yesterday, whose streams have ended."""
        starts = self.world.programme.start
        x, sent, opened, came = [], [], [], []
        for rows, features, planned in self._days:
            closed = np.flatnonzero(starts[rows.stream] + DAY_MS // 4 < now_ms)
            keys = _keys(rows.user, rows.stream)[closed].tolist()
            x.append(features[closed])
            sent.append(planned[closed])
            opened.append(np.fromiter(map(self._opened.__contains__, keys), np.bool_, len(keys)))
            came.append(np.fromiter(map(self._came.__contains__, keys), np.bool_, len(keys)))
        if not x or sum(map(len, x)) < 500:
            return None
        parts = (np.concatenate(sent), np.concatenate(opened), np.concatenate(came))
        return Lesson(np.concatenate(x), *parts)


def _keys(user: Ints, stream: Ints) -> Ints:
    return user * 100_000 + stream
