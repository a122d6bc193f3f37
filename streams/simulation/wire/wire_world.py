"""The world with known truth as a company sees it: records out, reminders in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np

from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from streams.simulation.wire.announcements import Announcements
from streams.simulation.wire.doings import Doings
from streams.simulation.wire.ids import Ids, copy_number
from streams.simulation.wire.outcome import Outcome, outcome_of
from streams.simulation.wire.profiles import profiles
from streams.simulation.world.events import Sends
from streams.simulation.world.population import ZONES
from streams.simulation.world.world import Scale, World

__all__ = ["WireWorld", "WorldRecord"]

WorldRecord: TypeAlias = Interaction | Feedback | Profile | StreamRecord
_DAY_MS = 86_400_000
_HISTORY_STEP_MS = _DAY_MS // 24
_DAYS = 1_096
"""What is announced is drawn for three years; then the world ends."""


class WireWorld:
    """A world that has begun some days before `first_ts`; the same seed and reminders, the same
    records.

    Parameters
    ----------
    seed : of every draw.
    users, hosts : how many.
    first_ts : epoch ms, up to which people live unreminded; a whole number of ticks.
    history_days : how long they live before that, at least; the world begins at midnight in UTC.
    tick_ms : the least step.
    """

    def __init__(
        self,
        seed: int,
        users: int,
        hosts: int,
        *,
        first_ts: int,
        history_days: float,
        tick_ms: int,
    ) -> None:
        begin_ms = int(first_ts - history_days * _DAY_MS) // _DAY_MS * _DAY_MS
        scale = Scale(users, hosts, _DAYS, (first_ts - begin_ms) // _DAY_MS)
        self.first_ts, self._seed = first_ts, seed
        self._world = World(seed, scale, begin_ms=begin_ms, tick_ms=tick_ms)
        self._ids = Ids(self._world)
        self._announcements = Announcements(self._world, self._ids)
        self._doings = Doings(self._world, self._ids, f"e-{first_ts // 1_000}")

    @property
    def now(self) -> int:
        """Up to when people have lived, epoch ms."""
        return self._world.now

    @property
    def over(self) -> bool:
        """Whether the world has come to its end."""
        return self.now >= self._world.end_ms

    @property
    def users(self) -> int:
        """How many people there are."""
        return len(self._ids.users)

    @property
    def streams_ahead(self) -> int:
        """How many announced streams have not begun."""
        return len(self._world.programme.ahead(self.now))

    def zone_of(self, user_id: str) -> str:
        """The IANA zone that a person lives in; UTC of who is not of this world."""
        number = self._ids.user_number(user_id)
        return "UTC" if number is None else ZONES[int(self._world.people.zone[number])]

    def outcome(self) -> Outcome:
        """Return what the reminders have added so far, which is known here."""
        return outcome_of(self._world, self.first_ts)

    def begin(self) -> Iterator[WorldRecord]:
        """Yield all up to `first_ts`: who people are, whom they follow, and what they did."""
        world = self._world
        yield from profiles(self._seed, world.people, self._ids.users, world.begin_ms)
        yield from self._doings.interactions(world.follows())
        while self.now < self.first_ts:
            yield from self.step(min(self.now + _HISTORY_STEP_MS, self.first_ts))

    def step(self, until_ts: int) -> list[WorldRecord]:
        """Return what happens up to the last tick that `until_ts` has reached, streams first."""
        ticks = (until_ts - self.now) // self._world.tick_ms
        if ticks <= 0:
            return []
        news = self._world.step(ticks)
        records: list[WorldRecord] = [self._announcements.record(one) for one in news.streams]
        records += self._doings.feedback(news.feedback)
        records += self._doings.interactions(news.events)
        for one in news.streams:
            if one.what in {"ended", "cancelled"}:
                self._doings.over(one.stream)
        return records

    def receive(self, reminders: Iterable[Reminder]) -> None:
        """Let reminders that were emitted up to now reach people; foreign ones are passed over."""
        rows = []
        for one in sorted(reminders, key=lambda one: (one.send_ts, one.reminder_id)):
            user = self._ids.user_number(one.user_id)
            stream = self._ids.stream_number(one.stream_id)
            if user is not None and stream is not None:
                rows.append((user, stream, one))
        if not rows:
            return
        # They arrive when they are read, so that what comes of them lies after now.
        sends = Sends(
            user=np.array([user for user, _, _ in rows]),
            kind=np.array([copy_number(one.copy_id) for _, _, one in rows]),
            ts=np.full(len(rows), self.now),
            stream=np.array([stream for _, stream, _ in rows]),
            reserved=np.array([one.intent == "attend" for _, _, one in rows]),
            score=np.array([one.score for _, _, one in rows]),
        )
        self._doings.sent((stream, one.reminder_id) for _, stream, one in rows)
        self._world.receive(sends)
