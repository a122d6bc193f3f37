"""The world with known truth: people, streams, and what each reminder changes, counted exactly.

Nobody is a logistic model here: there are latent kinds of people, saturation, interactions and
drift. Who comes to a stream is interested, aware and free; the three are drawn once for each
person and stream, so that who comes with a reminder and who would have come without it is known
of everybody. Some come because of it, some would have anyway, some never, and some stay away
because of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.attendance import Turnout, early_bookings, turn_out, what_they_do
from streams.simulation.world.chances import Chances
from streams.simulation.world.constants import WorldConstants
from streams.simulation.world.events import Bools, Events, Feedbacks, Ints, Sends
from streams.simulation.world.hosts import make_hosts
from streams.simulation.world.mood import Mood
from streams.simulation.world.population import make_population
from streams.simulation.world.programme import DAY_MS, Programme, make_programme
from streams.simulation.world.pushes import Pushes
from streams.simulation.world.visits import day_of_visits

__all__ = ["BEGIN_MS", "TICK_MS", "News", "Scale", "StreamNews", "World"]

TICK_MS = 600_000
BEGIN_MS = 1_780_272_000_000
"""Monday 1 June 2026, 00:00 UTC."""
Rows = TypeVar("Rows", Events, Feedbacks)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large and how long a world is; `before`: days that go by before the first reminder."""

    users: int = 20_000
    hosts: int = 120
    days: int = 28
    before: int = 3


@dataclass(frozen=True, slots=True)
class StreamNews:
    """What is said of a stream at `ts`, epoch ms."""

    ts: int
    stream: int
    what: Literal["scheduled", "moved", "cancelled", "live", "ended"]


@dataclass(frozen=True)
class News:
    """All that happened in some ticks, each part by time."""

    streams: list[StreamNews]
    events: Events
    feedback: Feedbacks


class World:
    """A world under one policy; the same seed is the same world, but for what reminders change.

    Parameters
    ----------
    begin_ms : a midnight in UTC.
    tick_ms : of which a day is a multiple.

    Attributes
    ----------
    now : epoch ms.
    visits : whether ordinary visits are told, which change nothing in the world.
    sends : all reminders so far, in parts; `turnouts` : of the streams that began.
    """

    def __init__(
        self,
        seed: int,
        scale: Scale | None = None,
        constants: WorldConstants | None = None,
        *,
        begin_ms: int = BEGIN_MS,
        tick_ms: int = TICK_MS,
    ) -> None:
        self.scale = scale or Scale()
        self.constants = constants or WorldConstants()
        self.begin_ms, self.tick_ms = begin_ms, tick_ms
        self.seed, self.now, self.visits = seed, begin_ms, True
        days = self.scale.before + self.scale.days + 2
        self.hosts = make_hosts(seed, self.scale.hosts)
        self.programme = make_programme(seed, self.hosts, self.constants, begin_ms, days)
        self.people = make_population(seed, self.scale.users, self.hosts, self.constants, begin_ms)
        self.mood = Mood(seed, self.people, self.constants)
        self.chances = Chances(
            seed, self.people, self.hosts, self.programme, self.mood, self.constants
        )
        self.pushes = Pushes(seed, self.chances)
        self.sends: list[Sends] = []
        self.turnouts: dict[int, Turnout] = {}
        self._sent = 0
        self._booked: dict[int, Bools] = {}
        self._news = _agenda(self.programme, begin_ms, tick_ms)
        self._events: defaultdict[int, list[Events]] = defaultdict(list)
        self._feedback: defaultdict[int, list[Feedbacks]] = defaultdict(list)

    @property
    def first_ms(self) -> int:
        """When the first reminder may be sent."""
        return self.begin_ms + self.scale.before * DAY_MS

    @property
    def end_ms(self) -> int:
        """When the run ends."""
        return self.first_ms + self.scale.days * DAY_MS

    def follows(self) -> Events:
        """Return whom everybody follows from the start, as interactions."""
        who, host = np.nonzero(self.people.follows)
        kind, zero = np.full(len(who), TYPE_CODE["follow"]), np.zeros(len(who))
        return Events(
            who, kind, np.full(len(who), self.begin_ms), np.full(len(who), -1), host, zero, zero
        )

    def step(self, ticks: int = 1) -> News:
        """Live through some ticks and return what happened."""
        streams: list[StreamNews] = []
        events: list[Events] = []
        feedback: list[Feedbacks] = []
        for _ in range(ticks):
            number = self.now // self.tick_ms + 1
            if self.now % DAY_MS == 0:
                self._dawn()
            due = self._news.pop(number, [])
            for news in due:
                self._take_note(news)
            self.now += self.tick_ms
            streams += due
            events += self._events.pop(number, [])
            feedback += self._feedback.pop(number, [])
        return News(streams, Events.joined(events).by_time(), Feedbacks.joined(feedback).by_time())

    def receive(self, sends: Sends) -> Ints:
        """Let reminders reach people, and return their numbers, in order; `ts` up to now."""
        numbers = np.arange(self._sent, self._sent + len(sends))
        self._sent += len(sends)
        if len(sends):
            self.sends.append(sends)
            starts = self.programme.start_known(self.now)
            feedback, reserved = self.pushes.receive(sends, numbers, starts, self.now)
            self._put(self._feedback, feedback)
            self._put(self._events, reserved)
        return numbers

    def _dawn(self) -> None:
        day = (self.now - self.begin_ms) // DAY_MS
        self.mood.dawn(day)
        back = self.mood.wake(day)
        self.mood.muted[back] = False
        code = np.full(len(back), FEEDBACK_CODE["unmuted"])
        ts = np.full(len(back), self.now + 1)
        self._put(self._feedback, Feedbacks(back, code, ts, np.full(len(back), -1)))
        if self.visits:
            self._put(self._events, day_of_visits(self.seed, day, self.now, self.chances))

    def _take_note(self, news: StreamNews) -> None:
        stream, programme = news.stream, self.programme
        if news.what == "scheduled":
            start = int(programme.first_start[stream])
            booked, events = early_bookings(self.seed, stream, start, self.chances, news.ts)
            self._booked[stream] = booked
            self._put(self._events, events)
        elif news.what == "moved":
            self.pushes.move(stream)
        elif news.what == "live":
            self._begin(stream)
        elif news.what == "cancelled":
            self.pushes.traces.pop(stream, None)
            self._booked.pop(stream, None)

    def _begin(self, stream: int) -> None:
        programme, people = self.programme, len(self.people)
        span = int(programme.start[stream]), int(programme.end[stream])
        booked = self._booked.pop(stream, np.zeros(people, np.bool_))
        traces = self.pushes.of(stream)
        turnout = turn_out(self.seed, stream, span[0], self.chances, traces, booked)
        del self.pushes.traces[stream]
        self.turnouts[stream] = turnout
        self._put(self._events, what_they_do(self.seed, turnout, span, self.chances))
        came, host = turnout.came, int(programme.host[stream])
        loyalty = self.mood.loyalty
        gain = np.float32(self.constants.loyalty_gain * min(float(programme.quality[stream]), 2.0))
        loyalty[came, host] += gain * (1.0 - loyalty[came, host])
        np.minimum(loyalty[:, host], 1.0, out=loyalty[:, host])
        self.mood.sated[came, host] += 1.0

    def _put(self, agenda: defaultdict[int, list[Rows]], rows: Rows) -> None:
        """Put rows down for the ticks in which they happen; none lies in the past."""
        if not len(rows):
            return
        tick = np.maximum(-(-rows.ts // self.tick_ms), self.now // self.tick_ms + 1)
        order = np.argsort(tick, kind="stable")
        ticks, begins = np.unique(tick[order], return_index=True)
        for number, places in zip(ticks.tolist(), np.split(order, begins[1:]), strict=True):
            agenda[number].append(rows.take(places))


def _agenda(programme: Programme, begin_ms: int, tick_ms: int) -> dict[int, list[StreamNews]]:
    """Return what will be said of streams, by tick and time."""
    news: list[StreamNews] = []
    for stream in range(len(programme)):
        cancelled, changed = bool(programme.cancelled[stream]), int(programme.changed[stream])
        news.append(StreamNews(int(programme.announced[stream]), stream, "scheduled"))
        if changed >= 0:
            news.append(StreamNews(changed, stream, "cancelled" if cancelled else "moved"))
        if not cancelled:
            news.append(StreamNews(int(programme.start[stream]), stream, "live"))
            news.append(StreamNews(int(programme.end[stream]), stream, "ended"))
    found: dict[int, list[StreamNews]] = {}
    for one in sorted(news, key=lambda one: (one.ts, one.stream)):
        found.setdefault(max(-(-one.ts // tick_ms), begin_ms // tick_ms + 1), []).append(one)
    return found
