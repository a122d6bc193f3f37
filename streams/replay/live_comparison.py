"""Attendance of the reminded in a live log, beside as many others chosen in simpler ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from config.decision import Guardrails
from features.contracts import Reminder
from features.hashing import combine, hash64, uniform
from online_models.arrays import Bools, Floats, Ints
from streams.replay.comparison import Comparison, Group, best
from streams.replay.eligibility import Invited
from streams.replay.live_log import ACTS, LiveLog
from streams.replay.live_records import room_id, user_id
from streams.replay.live_schedule import LiveStart
from streams.replay.schedule import WEEK_S
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S

__all__ = ["LIVE_RIVALS", "compare_live"]

LIVE_RIVALS = ("random", "most active", "regulars of the host")
_TIE = hash64("replay/tie")


def compare_live(
    log: LiveLog,
    starts: Iterable[LiveStart],
    reminders: Sequence[Reminder],
    caps: Guardrails,
    seed: int,
) -> Comparison:
    """Let each rival choose, for each room, as many as were reminded, from the same people.

    Those are the people known when the window opened to whom the caps allowed one more, less
    whoever entered the room by the time it closed. The rivals know all until then: the visits of
    each in the week before, or all those to this host; a seeded hash breaks ties.
    Attended: entered the room from its start to its end.
    """
    rows_of = _rows_by_room(log, reminders)
    visits, invited = _Visits(log), Invited(reminders, caps)
    ids = [user_id(user.number) for user in log.users]
    result = Comparison(Group(), {name: Group() for name in LIVE_RIVALS}, Group(), Group())
    for start in starts:
        key = room_id(int(log.rooms.number[start.room])), start.start_s * 1_000
        if key not in rows_of:
            continue
        reminded, closes_s = rows_of[key], start.start_s - SEND_LEAD_S
        opens_s = start.start_s - PLAN_LEAD_S
        could = visits.first_s <= opens_s
        for row in np.flatnonzero(could).tolist():
            could[row] = invited.allowed(ids[row], opens_s, closes_s)
        came = visits.in_room(start.room, start.start_s, start.close_s)
        result.outside.count(came[reminded[~could[reminded]]])
        result.reminded.count(came[reminded])
        could &= ~visits.in_room(start.room, 0, closes_s)
        result.eligible.count(came[could])
        drawn = uniform(seed, _TIE, np.arange(len(ids)), combine(start.room, start.start_s))
        host = int(log.rooms.host[start.room])
        preferred = (drawn, visits.recent(closes_s), visits.with_host(host, closes_s))
        for name, scores in zip(LIVE_RIVALS, preferred, strict=True):
            result.rivals[name].count(came[best(scores, drawn, could, len(reminded))])
    return result


class _Visits:
    """Who entered which room of which host when; people by place, seconds included."""

    def __init__(self, log: LiveLog) -> None:
        entered = log.act == ACTS.index("enter")
        self._people = len(log.users)
        self._at_s = log.at_ms[entered] // 1_000
        self._user, room = log.user[entered], log.room[entered]
        self._by_room = _Grouped(room, self._at_s, self._user)
        self._by_host = _Grouped(log.rooms.host[room], self._at_s, self._user)
        self.first_s = np.full(self._people, np.iinfo(np.int64).max)
        np.minimum.at(self.first_s, log.user, log.at_ms // 1_000)

    def in_room(self, room: int, from_s: int, to_s: int) -> Bools:
        """Return bool[P]: who entered a room in that time."""
        users = self._by_room.of(room, from_s, to_s)
        return np.asarray(np.bincount(users, minlength=self._people) > 0)

    def recent(self, until_s: int) -> Floats:
        """Return float64[P]: how often each entered any room in the week before."""
        begin = int(self._at_s.searchsorted(until_s - WEEK_S))
        end = int(self._at_s.searchsorted(until_s, side="right"))
        return np.bincount(self._user[begin:end], minlength=self._people).astype(np.float64)

    def with_host(self, host: int, until_s: int) -> Floats:
        """Return float64[P]: how often each entered a room of a host so far."""
        users = self._by_host.of(host, 0, until_s)
        return np.bincount(users, minlength=self._people).astype(np.float64)


class _Grouped:
    """Users by a key and, within it, by time."""

    def __init__(self, key: Ints, at_s: Ints, user: Ints) -> None:
        order = np.lexsort((at_s, key))
        self._key, self._at_s, self._user = key[order], at_s[order], user[order]

    def of(self, key: int, from_s: int, to_s: int) -> Ints:
        """Return the users of a key in a time, both ends included, one an entry."""
        begin, end = self._key.searchsorted([key, key + 1]).tolist()
        within = self._at_s[begin:end]
        first = begin + int(within.searchsorted(from_s))
        last = begin + int(within.searchsorted(to_s, side="right"))
        return self._user[first:last]


def _rows_by_room(log: LiveLog, reminders: Sequence[Reminder]) -> dict[tuple[str, int], Ints]:
    row_of = {user_id(user.number): row for row, user in enumerate(log.users)}
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for reminder in reminders:
        rows[reminder.stream_id, reminder.start_ts].append(row_of[reminder.user_id])
    return {key: np.array(value, np.int64) for key, value in rows.items()}
