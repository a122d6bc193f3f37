"""A stream begins: who comes, who would have come without any reminder of it, and what they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.contracts import TYPE_CODE
from streams.simulation.world.chance import generator
from streams.simulation.world.chances import Chances
from streams.simulation.world.events import Bools, Events, Floats, Ints
from streams.simulation.world.programme import HOUR_MS
from streams.simulation.world.pushes import Traces

__all__ = ["Turnout", "early_bookings", "turn_out", "what_they_do"]

MINUTE_MS = 60_000
_RESERVED_AWARE = 0.7


@dataclass(frozen=True)
class Turnout:
    """Who comes to a stream, and who would come without its reminders: numbers of people.

    `expected`: how many more come with the reminders than without, by the chances of the three
    coins that decide it; which reminders were opened and are remembered is known.
    """

    stream: int
    came: Ints
    came_without: Ints
    expected: float


def turn_out(
    seed: int, stream: int, start: int, chances: Chances, traces: Traces, booked: Bools
) -> Turnout:
    """Draw interest, awareness and freedom of everybody, each once, with and without reminders.

    `booked`: who reserved the stream without being reminded of it.
    """
    everybody = np.arange(len(chances.people))
    standing = chances.standing(stream, everybody, start, start)
    rng = generator(seed, 8, stream)
    wants, knows, can = (rng.random(len(everybody)) for _ in range(3))
    awareness = np.where(booked, np.maximum(standing.aware, _RESERVED_AWARE), standing.aware)
    freedom = np.where(chances.mood.busy_until <= start, standing.free, 0.0)
    aware, free = knows < awareness, can < freedom
    without = (wants < standing.interest) & aware & free
    interest = np.where(traces.received, standing.repelled, standing.interest)
    interest = np.where(traces.opened, standing.persuaded, interest)
    comes = (wants < interest) & (aware | traces.remembered) & free
    given = interest * np.where(traces.remembered, 1.0, awareness)
    expected = float((freedom * (given - standing.interest * awareness)).sum())
    return Turnout(stream, np.flatnonzero(comes), np.flatnonzero(without), expected)


def what_they_do(seed: int, turnout: Turnout, span: tuple[int, int], chances: Chances) -> Events:
    """Return what those who come do from start to end, epoch ms; who watches is busy meanwhile."""
    who, stream = turnout.came, turnout.stream
    rng = generator(seed, 9, stream)
    draws: Floats = rng.random((len(chances.people), 8))[who]
    host = int(chances.programme.host[stream])
    likes = chances.interest(stream, who)
    enter = span[0] + (draws[:, 0] ** 2 * 20 * MINUTE_MS).astype(np.int64) + 1
    minutes = 2.0 - np.log(1.0 - draws[:, 1]) * (5.0 + 40.0 * likes)
    leave = np.minimum(enter + (minutes * MINUTE_MS).astype(np.int64), span[1])
    chances.mood.busy_until[who] = leave
    about = (np.full(len(who), stream), np.full(len(who), host))
    dwell = (leave - enter).astype(np.float64)
    zero = np.zeros(len(who))
    parts = [
        Events(who, _code("enter", who), enter, *about, zero, zero),
        Events(who, _code("watch", who), leave, *about, dwell, zero),
    ]
    everything = parts[0]
    for column, (kind, rate, amount) in enumerate(_ACTS, 2):
        at = np.flatnonzero(draws[:, column] < rate * likes)
        some = everything.take(at)
        parts.append(
            Events(
                some.user,
                _code(kind, at),
                (enter[at] + leave[at]) // 2,
                some.room,
                some.host,
                zero[at],
                np.full(len(at), amount),
            )
        )
    return Events.joined(parts)


_ACTS = (
    ("like", 0.25, 0.0),
    ("comment", 0.2, 0.0),
    ("gift", 0.08, 8.0),
    ("product_view", 0.3, 0.0),
    ("purchase", 0.12, 60.0),
    ("follow", 0.1, 0.0),
)


def _code(kind: str, rows: Ints) -> Ints:
    return np.full(len(rows), TYPE_CODE[kind])


def early_bookings(
    seed: int, stream: int, start: int, chances: Chances, now_ms: int
) -> tuple[Bools, Events]:
    """Draw who reserves a stream by themselves when it is announced, and when they do."""
    people = chances.people
    rng = generator(seed, 10, stream)
    chance, when = rng.random(len(people)), rng.random(len(people))
    everybody = np.arange(len(people))
    host = int(chances.programme.host[stream])
    loyal = chances.mood.loyalty[:, host]
    booked = chance < 0.06 * loyal * people.planning * chances.interest(stream, everybody)
    at = np.flatnonzero(booked)
    ts = now_ms + 1 + (when[at] * min(start - now_ms - HOUR_MS, 24 * HOUR_MS)).astype(np.int64)
    zero = np.zeros(len(at))
    events = Events(
        at, _code("reserve", at), ts, np.full(len(at), stream), np.full(len(at), host), zero, zero
    )
    return booked, events
