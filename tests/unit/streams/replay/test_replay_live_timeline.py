from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from features.contracts import Interaction, Profile, StreamRecord
from streams.clients.outgoing import InputRecord, outgoing
from streams.replay.live_log import LiveLog, Rooms, User, live_log
from streams.replay.live_schedule import GRID_S, LEAST_VISITS, LiveStart, live_starts
from streams.replay.live_timeline import live_steps
from streams.replay.timeline import PLAN_LEAD_S, SEND_LEAD_S, Step

_BEGIN_S = 1_746_374_400
_DAYS, _HOSTS, _PEOPLE = 3, 6, 40


@pytest.fixture(scope="module")
def log() -> LiveLog:
    """Three days: each host is on every five hours or so, and people come to their two hosts."""
    rng = np.random.default_rng(5)
    rows: list[tuple[int, ...]] = []
    acts: list[tuple[int, ...]] = []
    for host in range(_HOSTS):
        for start_s in range(_BEGIN_S + host * 2_900, _BEGIN_S + _DAYS * 86_400, 17_000):
            number = len(rows)
            rows.append((number, host, start_s, start_s + 5_400, host % 3 - 1))
            for person in range(_PEOPLE):
                if host in {person % _HOSTS, (person + 1) % _HOSTS} and rng.random() < 0.6:
                    at_ms = (start_s + int(rng.integers(0, 5_000))) * 1_000
                    acts.append((at_ms, person, number, 0, int(rng.integers(0, 400_000))))
                    acts.append((at_ms + 900, person, number, 1 + person % 3, person % 4))
    rooms = Rooms.of(np.array(rows, np.int64), ("shop", "game"), {0: "Mia"}, {1: "Dance"})
    return live_log(rooms, [User(n, "female") for n in range(_PEOPLE)], np.array(acts, np.int64))


def _records(steps: Iterable[Step[LiveStart]]) -> list[InputRecord]:
    return [record for step in steps for record in step.records]


def test_rooms_are_announced_before_they_begin(log: LiveLog) -> None:
    """An hour ahead at least, at a full hour, by hosts who had visits; starts lie on the grid."""
    starts = list(live_starts(log))
    assert len(starts) > 40
    for start in starts:
        assert start.announced_s % 3_600 == 0
        assert 3_600 <= start.start_s - start.announced_s < 7_200
        real_s = int(log.rooms.start_s[start.room])
        assert start.start_s % GRID_S == 0
        assert 0 <= real_s - start.start_s < GRID_S
        host = log.rooms.host[start.room]
        before = (log.at_ms < start.announced_s * 1_000) & (log.act == 0)
        assert (log.rooms.host[log.room[before]] == host).sum() >= LEAST_VISITS
    assert len({start.room for start in starts}) == len(starts)


def test_records_come_in_the_tick_of_their_time(log: LiveLog) -> None:
    """Ticks grow; each window has one at both ends; each record is of the time since the last."""
    steps = list(live_steps(log))
    assert all(before.tick_s < after.tick_s for before, after in pairwise(steps))
    for before, after in pairwise(steps):
        assert all(before.tick_s < record.ts / 1_000 <= after.tick_s for record in after.records)
    ticks = {step.tick_s for step in steps}
    for start in live_starts(log):
        assert {start.start_s - PLAN_LEAD_S, start.start_s - SEND_LEAD_S} <= ticks


def test_every_act_is_written_once(log: LiveLog) -> None:
    """Visits as an enter and, once over, a leave with the time watched; gifts with the price."""
    events = [one for one in _records(live_steps(log)) if isinstance(one, Interaction)]
    kinds = [one.type for one in events]
    visits = log.act == 0
    assert kinds.count("enter") == visits.sum()
    assert kinds.count("comment") + kinds.count("like") + kinds.count("gift") == (~visits).sum()
    ended = visits & (log.amount > 0) & (log.at_ms + log.amount <= log.at_ms[-1])
    assert kinds.count("leave") == ended.sum()
    assert sum(one.dwell_ms or 0 for one in events) == log.amount[ended].sum()
    assert sum(one.amount or 0.0 for one in events) == log.amount[log.act == 3].sum()
    assert len({(one.user_id, one.event_id) for one in events}) == len(events)


def test_people_are_introduced_and_rooms_have_their_turns(log: LiveLog) -> None:
    """A profile before the first act; scheduled, live, ended for each announced room."""
    seen: set[str] = set()
    turns: dict[str, list[str]] = {}
    for record in _records(live_steps(log)):
        if isinstance(record, Profile):
            assert record.user_id not in seen
            seen.add(record.user_id)
        elif isinstance(record, Interaction):
            assert record.user_id in seen
        elif isinstance(record, StreamRecord):
            turns.setdefault(record.stream_id, []).append(record.status)
    assert all(one == ["scheduled", "live", "ended"] for one in turns.values())


def test_an_announcement_says_what_is_known(log: LiveLog) -> None:
    """Category, kind and the host's name, never how long the room will be on."""
    said = [one for one in _records(live_steps(log)) if isinstance(one, StreamRecord)]
    scheduled = {one.host_id: one for one in said if one.status == "scheduled"}
    assert scheduled["host-0"].title == "Mia"
    assert scheduled["host-0"].host_name == "Mia"
    assert scheduled["host-1"].title == "shop Dance"
    assert scheduled["host-1"].tags == ["Dance"]
    assert scheduled["host-2"].category == "game"
    assert scheduled["host-3"].title == "live"
    assert all(one.end_ts is None for one in said)


def test_records_are_as_workers_want_them(log: LiveLog) -> None:
    """Each passes the check of the producers' API."""
    records = _records(live_steps(log))[:400]
    assert len(records) == 400
    for record in records:
        outgoing(record)


@pytest.mark.parametrize("days", [0.7, 1.4, 2.2])
def test_nothing_later_is_known_earlier(log: LiveLog, days: float) -> None:
    """With other acts later all steps up to now are the same."""
    now_ms = (_BEGIN_S + int(days * 86_400)) * 1_000
    later = log.at_ms > now_ms
    other = replace(
        log,
        user=np.where(later, _PEOPLE - 1 - log.user, log.user),
        amount=np.where(later, 7, log.amount),
    )
    was = [step for step in live_steps(log) if step.tick_s * 1_000 <= now_ms]
    now = [step for step in live_steps(other) if step.tick_s * 1_000 <= now_ms]
    assert len(was) > 10
    assert was == now
