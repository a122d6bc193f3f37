"""The replay as steps: what is written, and then the tick that makes it count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from streams.clients.outgoing import InputRecord
from streams.replay.movielens import MovieLens
from streams.replay.records import profile_record, rating_records, stream_record
from streams.replay.schedule import HOUR_S, Start, starts_of

__all__ = ["PLAN_LEAD_S", "SEND_LEAD_S", "Step", "steps_of"]

PLAN_LEAD_S = 30 * 60
"""How long before a start its window opens: the tick in which reminders are planned."""
SEND_LEAD_S = 5 * 60
"""How long before a start its window closes: the tick in which reminders go out."""


_Start = TypeVar("_Start")


class Step(NamedTuple, Generic[_Start]):
    """One tick of the clock, epoch s, and before it the records of (previous tick, this tick].

    `starts` are what was announced in it.
    """

    tick_s: int
    records: list[InputRecord]
    starts: list[_Start]


def steps_of(data: MovieLens) -> Iterator[Step[Start]]:
    """Yield the whole replay; what is in a step depends on nothing later than its tick.

    The clock ticks only where something is decided: when a window opens and when it closes, and
    once between the end of a stream and its next announcement, so that its labels close first.
    What happened since is written before, however long that was.
    """
    feed = _Feed(data)
    closes_s: dict[int, int] = {}
    for hour_s, group in groupby(starts_of(data), key=lambda start: start.announced_s):
        starts = list(group)
        if feed.tick_s < max(closes_s.get(start.film, 0) for start in starts):
            yield feed.step(hour_s - SEND_LEAD_S, [])
        closes_s.update({start.film: start.close_s for start in starts})
        yield feed.step(hour_s + HOUR_S - PLAN_LEAD_S, starts)
        yield feed.step(hour_s + HOUR_S - SEND_LEAD_S, [])
    yield feed.step(max([int(data.at_s[-1]), *closes_s.values()]), [])


class _Feed:
    """Turns ratings into records, once each, with a person's profile before the first."""

    def __init__(self, data: MovieLens) -> None:
        self.tick_s = -1
        self._data = data
        self._next = 0
        self._known: set[int] = set()

    def step(self, tick_s: int, starts: list[Start]) -> Step[Start]:
        """Return all until `tick_s`, announcements among it."""
        films = self._data.films
        records: list[InputRecord] = []
        records += [stream_record(start, films[start.film]) for start in starts]
        end = int(self._data.at_s.searchsorted(tick_s, side="right"))
        for row in range(self._next, end):
            records.extend(self._rating(row))
        self._next, self.tick_s = end, tick_s
        return Step(tick_s, records, starts)

    def _rating(self, row: int) -> Iterator[InputRecord]:
        data = self._data
        at_s, person = int(data.at_s[row]), int(data.person[row])
        if person not in self._known:
            self._known.add(person)
            yield profile_record(at_s, data.people[person])
        film = data.films[int(data.film[row])]
        yield from rating_records(at_s, person, film, int(data.stars[row]))
