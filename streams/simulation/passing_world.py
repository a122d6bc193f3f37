"""The simulated world: time goes by in steps, and reminders change what happens next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from features.contracts import Feedback, Interaction, Profile, Reminder, StreamRecord
from streams.simulation.agenda import Agenda, Coming
from streams.simulation.hosts import make_hosts
from streams.simulation.people import make_people
from streams.simulation.programme import Programme
from streams.simulation.responses import Responses
from streams.simulation.visits import Visits

__all__ = ["World", "WorldRecord"]

WorldRecord: TypeAlias = Interaction | Feedback | Profile | StreamRecord
_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_HISTORY_STEP_MS = _HOUR_MS // 2
_KEPT_MS = 2 * _DAY_MS


class World:
    """People, hosts and streams from `start_ts` on; the same seed and reminders, the same records.

    Parameters
    ----------
    seed : of every draw.
    users, hosts : how many.
    start_ts : epoch ms.
    """

    def __init__(self, seed: int, users: int, hosts: int, start_ts: int) -> None:
        self.now = start_ts
        self._rng = np.random.default_rng([seed, users, hosts])
        self._hosts = make_hosts(self._rng, hosts)
        self._people = make_people(self._rng, users, self._hosts)
        self._programme = Programme(seed, self._hosts)
        self._agenda = Agenda()
        self._visits = Visits(self._people, self._hosts, self._programme, self._agenda)
        self._responses = Responses(self._people, self._programme, self._visits, self._agenda)

    @property
    def users(self) -> int:
        """How many people there are."""
        return len(self._people)

    @property
    def streams_ahead(self) -> int:
        """How many announced streams have not begun."""
        return len(self._programme.upcoming(self.now))

    def zone_of(self, user_id: str) -> str:
        """The IANA zone that a person lives in."""
        return self._people.zone_name(user_id)

    def begin(self) -> list[WorldRecord]:
        """Return what is known at the start: who people are, and whom they follow."""
        self._visits.first_follows(self.now)
        profiles: list[WorldRecord] = list(self._people.profiles(self._rng, self.now))
        return profiles + self._due(self.now)

    def live_through(self, until_ts: int) -> list[WorldRecord]:
        """Return what happens up to `until_ts` when nobody is reminded of anything."""
        records: list[WorldRecord] = []
        while self.now < until_ts:
            records += self.step(min(self.now + _HISTORY_STEP_MS, until_ts))
        return records

    def step(self, until_ts: int) -> list[WorldRecord]:
        """Return what happens in (now, until_ts], by time; streams first."""
        records: list[WorldRecord] = list(self._programme.records(self.now, until_ts))
        self._visit(until_ts)
        records += self._due(until_ts)
        self.now = until_ts
        self._programme.forget(until_ts - _KEPT_MS)
        return records

    def receive(self, reminders: Iterable[Reminder]) -> None:
        """Let reminders that were emitted up to now reach people."""
        for one in sorted(reminders, key=lambda one: (one.send_ts, one.reminder_id)):
            self._responses.respond(one, self.now, self._rng)

    def _visit(self, until_ts: int) -> None:
        """Draw who opens the app in the step, and when."""
        span = until_ts - self.now
        attention = self._people.attention(self.now + span // 2)
        mean = self._people.visits_per_day * attention * (span / _DAY_MS)
        for person in np.repeat(np.arange(len(mean)), self._rng.poisson(mean)).tolist():
            ts = int(self._rng.integers(self.now + 1, until_ts + 1))
            self._visits.look_around(person, ts, self._rng)

    def _due(self, until_ts: int) -> list[WorldRecord]:
        """Return what is on the agenda up to `until_ts`; who meant to come now comes."""
        records: list[WorldRecord] = []
        while (due := self._agenda.pop(until_ts)) is not None:
            ts, what = due
            if not isinstance(what, Coming):
                records.append(what)
            elif (show := self._programme.shows.get(what.stream_id)) and not show.cancelled:
                self._visits.come(what.person, show, ts, self._rng, what.reminder_id)
        return records
