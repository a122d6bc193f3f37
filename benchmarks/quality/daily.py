"""Policies that plan each day's reminders in the morning: what they have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.guarded import capped, quiet
from benchmarks.quality.policy import VOLUME
from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.events import Bools, Events, Floats, Ints, Sends
from streams.simulation.world.programme import DAY_MS
from streams.simulation.world.world import TICK_MS, News, World

__all__ = ["Candidates", "Daily"]

_ATTENDS = (TYPE_CODE["enter"], TYPE_CODE["watch"], TYPE_CODE["reserve"])


@dataclass(frozen=True)
class Candidates:
    """Reminders that could be sent today: when, of what, to whom, how good."""

    user: Ints
    stream: Ints
    ts: Ints
    score: Floats

    def take(self, places: Ints) -> Candidates:
        """Return some of them."""
        return Candidates(
            self.user[places], self.stream[places], self.ts[places], self.score[places]
        )

    @classmethod
    def joined(cls, parts: list[Candidates]) -> Candidates:
        """Return all of them."""
        names = ("user", "stream", "ts", "score")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Daily(ABC):
    """Plans at the beginning of each day (8 in the morning in Shanghai), and sends as planned.

    What is called off, moved before the reminder, attended already or muted is not sent.
    Subclasses say whom to remind in `candidates`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.users = len(world.people)
        self.muted: Bools = np.zeros(self.users, np.bool_)
        self._touched: set[int] = set()
        none = np.empty(0, np.int64)
        self._plan = Candidates(none, none, none, np.empty(0))

    @abstractmethod
    def candidates(self, now_ms: int) -> list[Candidates]:
        """Return what could be sent in the 24 h from now."""

    def begin(self, follows: Events) -> None:
        """Learn whom everybody follows."""
        del follows

    def observe(self, news: News, now_ms: int) -> None:
        """Learn who has muted, and who knows a stream already."""
        del now_ms
        feedback, events = news.feedback, news.events
        for kind, muted in (("muted", True), ("unmuted", False)):
            self.muted[feedback.user[feedback.kind == FEEDBACK_CODE[kind]]] = muted
        announced = (events.room >= 0) & (events.room < len(self.world.programme))
        there = np.flatnonzero(np.isin(events.kind, _ATTENDS) & announced)
        self._touched.update((events.user[there] * 100_000 + events.room[there]).tolist())

    def decide(self, now_ms: int) -> Sends:
        """Return what was planned for this tick, and plan when a day has begun."""
        if (now_ms - TICK_MS) % DAY_MS == 0:
            self._plan_day(now_ms)
        plan = self._plan
        due = np.flatnonzero((plan.ts > now_ms - TICK_MS) & (plan.ts <= now_ms))
        if not len(due):
            return Sends.joined([])
        user, stream = plan.user[due], plan.stream[due]
        starts = self.world.programme.start_known(now_ms)
        ahead = np.isin(stream, self.world.programme.ahead(now_ms))
        known = np.fromiter(
            map(self._touched.__contains__, (user * 100_000 + stream).tolist()), np.bool_, len(due)
        )
        goes = ahead & ~known & ~self.muted[user] & (plan.ts[due] < starts[stream])
        return self.worded(plan.take(due[goes]), now_ms)

    def worded(self, due: Candidates, now_ms: int) -> Sends:
        """Return due reminders as they are sent; here with a copy at random."""
        copy = (due.user * 31 + due.stream * 17 + now_ms // TICK_MS) % 4
        plain = Sends.plain(due.user, due.ts, due.stream)
        return Sends(plain.user, copy, plain.ts, plain.stream, plain.reserved, plain.score)

    def sent(self, numbers: Ints) -> None:
        """Learn the numbers of what was just sent."""
        del numbers

    def _plan_day(self, now_ms: int) -> None:
        parts = self.candidates(now_ms)
        if parts:
            every = Candidates.joined(parts)
            allowed = ~self.muted[every.user] & ~quiet(self.world.people, every.user, every.ts)
            every = every.take(np.flatnonzero(allowed & (every.ts > now_ms)))
            most = round(VOLUME * self.users)
            self._plan = every.take(capped(every.user, every.ts, every.score, most))
