"""What reminders do to people when they arrive: opened, remembered, reserved, dismissed, muted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from features.contracts import FEEDBACK_CODE, TYPE_CODE
from streams.simulation.world.chance import draws
from streams.simulation.world.chances import Chances, Push, half_hour_of_week
from streams.simulation.world.events import Bools, Events, Feedbacks, Floats, Ints, Sends

__all__ = ["Pushes", "Traces"]

MINUTE_MS = 60_000


@dataclass
class Traces:
    """What the reminders of one stream have left in people, bool[n] each."""

    received: Bools
    opened: Bools
    remembered: Bools
    reserved: Bools

    @classmethod
    def none(cls, people: int) -> Traces:
        """Return the traces of no reminder."""
        return cls(*(np.zeros(people, np.bool_) for _ in range(4)))


@dataclass
class Pushes:
    """Takes reminders, and tells what comes of them.

    Attributes
    ----------
    traces : by stream, of those that have not begun.
    mutes : how often people muted, by the number of the reminder that made them.
    """

    seed: int
    chances: Chances
    traces: dict[int, Traces] = field(default_factory=dict)
    mutes: list[int] = field(default_factory=list)

    def receive(
        self, sends: Sends, numbers: Ints, starts: Ints, now_ms: int
    ) -> tuple[Feedbacks, Events]:
        """Let reminders reach people; return the feedback and the reservations to come.

        `starts`: int64[s], the starts as they are known. Who has muted receives nothing.
        """
        arrives = np.flatnonzero(~self.chances.mood.muted[sends.user])
        sends, numbers = sends.take(arrives), numbers[arrives]
        feedbacks: list[Feedbacks] = []
        reservations: list[Events] = []
        for stream in np.unique(sends.stream).tolist():
            at = np.flatnonzero(sends.stream == stream)
            start = int(starts[stream])
            told, reserved = self._arrive(sends.take(at), numbers[at], stream, start, now_ms)
            feedbacks.append(told)
            reservations.append(reserved)
        return Feedbacks.joined(feedbacks), Events.joined(reservations)

    def move(self, stream: int) -> None:
        """Let half of those who remember a stream miss that it was moved."""
        traces = self.traces.get(stream)
        if traces is not None:
            people = np.arange(len(traces.received))
            learns = draws(self.seed, 21, people, np.full(len(people), stream)) < 0.5
            traces.remembered &= learns | traces.reserved

    def of(self, stream: int) -> Traces:
        """Return what reminders of a stream have left so far."""
        if stream not in self.traces:
            self.traces[stream] = Traces.none(len(self.chances.people))
        return self.traces[stream]

    def _arrive(
        self, sends: Sends, numbers: Ints, stream: int, start: int, now_ms: int
    ) -> tuple[Feedbacks, Events]:
        chances, mood = self.chances, self.chances.mood
        who, traces = sends.user, self.of(stream)
        interest = chances.interest(stream, who)
        begins = np.full(len(who), start)
        opening = chances.opening(Push(who, sends.ts, begins, sends.kind), interest, now_ms)
        chance = self._draws(sends, 22)
        opened = (chance < opening) & (sends.ts < start)
        delay = self._delay(sends, begins)
        open_ts = np.minimum(sends.ts + delay, begins - 1)
        memory = chances.memory((begins - open_ts).astype(np.float64))
        remembers = opened & (self._draws(sends, 23) < memory)
        reserves = opened & ~traces.reserved[who] & (begins - open_ts > 20 * MINUTE_MS)
        reserves &= self._draws(sends, 24) < chances.constants.reserve * interest
        mutes = ~opened & (self._draws(sends, 25) < chances.muting(who, interest, now_ms))
        traces.received[who] = True
        traces.opened[who] |= opened
        traces.remembered[who] |= remembers | (reserves & (self._draws(sends, 26) < 0.85))
        traces.reserved[who] |= reserves
        mood.tire(who, np.where(opened, 0.25, 1.0), now_ms)
        mood.show(who, sends.kind, now_ms)
        mood.muted[who[mutes]] = True
        self.mutes += numbers[mutes].tolist()
        feedback = self._feedback(sends, numbers, opened, open_ts, mutes)
        return feedback, self._reservations(sends, reserves, open_ts, stream)

    def _feedback(
        self, sends: Sends, numbers: Ints, opened: Bools, open_ts: Ints, mutes: Bools
    ) -> Feedbacks:
        dismissed = ~opened & (self._draws(sends, 27) < 0.3)
        happens: tuple[tuple[str, Bools, Ints], ...] = (
            ("delivered", np.ones(len(sends), np.bool_), sends.ts + 1_000),
            ("opened", opened, open_ts),
            ("dismissed", dismissed, sends.ts + 5 * MINUTE_MS),
            ("muted", mutes, sends.ts + 6 * MINUTE_MS),
        )
        parts = []
        for kind, where, ts in happens:
            at = np.flatnonzero(where)
            code = np.full(len(at), FEEDBACK_CODE[kind])
            parts.append(Feedbacks(sends.user[at], code, ts[at], numbers[at]))
        return Feedbacks.joined(parts)

    def _reservations(self, sends: Sends, reserves: Bools, open_ts: Ints, stream: int) -> Events:
        at = np.flatnonzero(reserves)
        host = int(self.chances.programme.host[stream])
        zero = np.zeros(len(at))
        return Events(
            sends.user[at],
            np.full(len(at), TYPE_CODE["reserve"]),
            open_ts[at] + 1,
            np.full(len(at), stream),
            np.full(len(at), host),
            zero,
            zero,
        )

    def _delay(self, sends: Sends, begins: Ints) -> Ints:
        """Return how long after its arrival each push is opened, if it is: as attention goes."""
        buried_ms = self.chances.constants.buried_minutes * MINUTE_MS
        steps = np.arange(9)[None, :] * 20 * MINUTE_MS
        at = sends.ts[:, None] + steps
        attention = self.chances.people.attention
        looks = attention[sends.user[:, None], half_hour_of_week(at)]
        weight = looks.astype(np.float64) * np.exp(-steps / buried_ms)
        weight = np.where(at < begins[:, None], weight, 0.0) + 1e-9
        edges = weight.cumsum(axis=1)
        drawn: Floats = self._draws(sends, 28) * edges[:, -1]
        step = (drawn[:, None] >= edges).sum(axis=1)
        within = self._draws(sends, 29) * 20 * MINUTE_MS
        return np.asarray(5_000 + step * 20 * MINUTE_MS + within.astype(np.int64))

    def _draws(self, sends: Sends, salt: int) -> Floats:
        """Return a draw for each: for the same person, stream and hour the same."""
        return draws(self.seed, salt, sends.user, sends.stream, sends.ts // 3_600_000)
