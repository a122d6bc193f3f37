"""Which rooms of a live log are announced: those of the hosts most visited in the week before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from streams.replay.live_log import ACTS, LiveLog
from streams.replay.schedule import DAY_S, HOUR_S, WEEK_S, Chart

__all__ = ["GRID_S", "LEAST_VISITS", "TOP_ROOMS", "LiveStart", "live_starts"]

TOP_ROOMS = 20
LEAST_VISITS = 5
"""How many visits its host had in the week before a room is announced."""
GRID_S = 300
"""Announced starts are full multiples of this, so that the clock need not tick more often."""


class LiveStart(NamedTuple):
    """A room's announcement at a full hour; epoch seconds."""

    announced_s: int
    room: int
    start_s: int
    """The real start, rounded down to the grid."""
    close_s: int
    """The real end, at most a day after the start."""


def live_starts(log: LiveLog) -> Iterator[LiveStart]:
    """Yield the rooms that are announced, by hour, each from visits before that hour.

    At every full hour the rooms that will start within the next hour but one are looked at, as if
    hosts had announced them. The `TOP_ROOMS` of them are announced whose hosts had the most visits
    in the week before, at least `LEAST_VISITS`, ties by the room's number; of a host the first.
    The real end is not announced: it comes as an `ended` when it comes.
    """
    rooms, chart = log.rooms, Chart(WEEK_S)
    visits = log.act == ACTS.index("enter")
    at_s, visited = log.at_ms[visits] // 1_000, rooms.host[log.room[visits]]
    order = np.lexsort((rooms.number, rooms.start_s))
    starts = rooms.start_s[order] // GRID_S * GRID_S
    fed = 0
    for hour_s in range(int(at_s[0]) // HOUR_S * HOUR_S + HOUR_S, int(at_s[-1]) + 1, HOUR_S):
        until = int(at_s.searchsorted(hour_s))
        for second, host in zip(at_s[fed:until].tolist(), visited[fed:until].tolist(), strict=True):
            chart.add(second, host)
        fed = until
        begin, end = starts.searchsorted([hour_s + HOUR_S, hour_s + 2 * HOUR_S])
        counts = chart.counts(hour_s)
        first: dict[int, int] = {}
        for place in range(int(begin), int(end)):
            host = int(rooms.host[order[place]])
            if counts[host] >= LEAST_VISITS:
                first.setdefault(host, place)
        best = sorted(first, key=lambda host: (-counts[host], first[host]))[:TOP_ROOMS]
        for place in sorted(first[host] for host in best):
            room, start_s = int(order[place]), int(starts[place])
            close_s = min(int(rooms.end_s[room]), start_s + DAY_S)
            yield LiveStart(hour_s, room, start_s, max(close_s, start_s + GRID_S))
