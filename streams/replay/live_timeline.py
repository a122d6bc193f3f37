"""The replay of a live log as steps: what is written, and then the tick that makes it count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

import numpy as np

from online_models.arrays import Bools, Ints
from streams.clients.outgoing import InputRecord
from streams.replay.live_log import ACTS, LiveLog
from streams.replay.live_records import (
    act_record,
    announcement,
    leave_record,
    turn_record,
    user_profile,
)
from streams.replay.live_schedule import LiveStart, live_starts
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S, Step

__all__ = ["live_steps"]


def live_steps(log: LiveLog) -> Iterator[Step[LiveStart]]:
    """Yield the whole replay; what is in a step depends on nothing later than its tick.

    The clock ticks when the window of an announced room opens and when it closes, and once at the
    end. Announced rooms begin and end when they really did, people are introduced with the first
    thing they do, and how long a visit was is written when it is over.
    """
    feed = _Feed(log)
    announced: dict[int, list[LiveStart]] = defaultdict(list)
    for start in live_starts(log):
        announced[start.announced_s].append(start)
    ticks = {
        start.start_s - lead_s
        for starts in announced.values()
        for start in starts
        for lead_s in (PLAN_LEAD_S, SEND_LEAD_S)
    }
    closes = [start.close_s for starts in announced.values() for start in starts]
    last_s = max([int(log.at_ms[-1]) // 1_000 + 1, *closes])
    hours, said = sorted(announced), 0
    for tick_s in [*sorted(ticks), last_s]:
        starts: list[LiveStart] = []
        while said < len(hours) and hours[said] <= tick_s:
            starts += announced[hours[said]]
            said += 1
        yield feed.step(tick_s, starts)


class _Feed:
    """Turns acts and rooms into records in the order of time, once each."""

    def __init__(self, log: LiveLog) -> None:
        self._log = log
        self._at_ms, self._row, self._leaves = _events(log)
        self._next = 0
        self._known: set[int] = set()
        self._turns: list[tuple[int, Literal["live", "ended"], LiveStart]] = []

    def step(self, tick_s: int, starts: list[LiveStart]) -> Step[LiveStart]:
        """Return all until `tick_s`, announcements among it."""
        records: list[InputRecord] = [announcement(self._log, start) for start in starts]
        for start in starts:
            self._turns.append((start.start_s, "live", start))
            self._turns.append((start.close_s, "ended", start))
        records += [
            turn_record(self._log, start, turn)
            for at_s, turn, start in self._turns
            if at_s <= tick_s
        ]
        self._turns = [turn for turn in self._turns if turn[0] > tick_s]
        end = int(self._at_ms.searchsorted(tick_s * 1_000, side="right"))
        for place in range(self._next, end):
            records.extend(self._act(place))
        self._next = end
        return Step(tick_s, records, starts)

    def _act(self, place: int) -> Iterator[InputRecord]:
        log, row = self._log, int(self._row[place])
        user = int(log.user[row])
        if user not in self._known:
            self._known.add(user)
            yield user_profile(int(self._at_ms[place]), log.users[user])
        yield leave_record(log, row) if self._leaves[place] else act_record(log, row)


def _events(log: LiveLog) -> tuple[Ints, Ints, Bools]:
    """Every act, and the end of every visit, by time: millisecond, row, whether it is an end."""
    visits = np.flatnonzero((log.act == ACTS.index("enter")) & (log.amount > 0))
    at_ms = np.concatenate([log.at_ms, log.at_ms[visits] + log.amount[visits]])
    row = np.concatenate([np.arange(len(log)), visits])
    leaves = np.arange(len(row)) >= len(log)
    order = np.lexsort((row, leaves, at_ms))
    within = order[at_ms[order] <= log.at_ms[-1]]
    return at_ms[within], row[within], leaves[within]
