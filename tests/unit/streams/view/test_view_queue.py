"""What waits for Redis: bounded, the newest of each user, everybody's turn in the end."""

from __future__ import annotations

import inspect
import json

import numpy as np
import pytest
from pydantic import SecretStr

from config.servers import Redis
from features.state import UserState
from features.user_table import UserTable
from reminders.board import Board
from reminders.journal import Journal
from reminders.ladder import DEFAULT_RUNGS
from reminders.plan import Plan, PlanRecord
from reminders.plan_run import PLANNED
from streams.engine.outgoing import Record
from streams.view import NullView, View
from streams.view.keys import ViewKeys
from streams.view.names import Names
from streams.view.partition_view import PartitionView
from streams.view.upcoming import Upcoming

NOW = 1_700_000_000_000
KEYS = ViewKeys("livecue")


def people(count: int) -> UserState:
    """Users `u0`, `u1` and so on in slots 0, 1 and so on."""
    state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, salt=1)
    state.users.slots_of([f"u{number}" for number in range(count)], create=True)
    return state


def reminder(user_id: str, send_ts: int) -> Record:
    """As far as the view reads it."""
    value = {"stream_id": "s", "rung": "2h", "start_ts": NOW, "send_ts": send_ts}
    return Record(user_id.encode(), json.dumps(value).encode())


def taken(view: PartitionView, most: int) -> list[int]:
    """The slots of the next turn."""
    slots: list[int] = view.take(most, KEYS, Names())[1].tolist()
    return slots


def test_a_user_waits_once_however_often_they_change() -> None:
    """The row is read when its turn comes."""
    view = PartitionView(0, people(10), tuple, NOW)
    for _ in range(5):
        view.mark(np.array([3, 7]))
    assert len(view) == 2
    assert taken(view, 100) == [3, 7]
    assert len(view) == 0


def test_everybodys_turn_comes() -> None:
    """Those at the front, who change all the time, do not keep the others waiting."""
    view = PartitionView(0, people(10), tuple, NOW)
    view.mark(np.arange(10))
    turns = []
    for _ in range(4):
        turns += taken(view, 3)
        view.mark(np.array([0, 1, 2]))
    assert set(turns) == set(range(10))


def test_a_rebuild_ends_when_all_have_been_written() -> None:
    """Not before, whatever else is written meanwhile."""
    view = PartitionView(0, people(10), tuple, NOW)
    view.mark_all()
    for expected in ("rebuilding", "rebuilding", "complete"):
        taken(view, 4)
        assert view.progress == expected
        view.written(1.0)
    assert not view.rebuilding


def test_whoever_is_gone_is_passed_over() -> None:
    """A mark may outlive the user."""
    state = people(3)
    view = PartitionView(0, state, tuple, NOW)
    view.mark_all()
    state.forget("u1", NOW, NOW)
    assert taken(view, 10) == [0, 2]


def test_what_could_not_be_written_comes_first() -> None:
    """Reminders keep their order; users are marked again."""
    view = PartitionView(0, people(3), tuple, NOW)
    view.mark(np.array([1]))
    view.add_reminders([reminder("u0", 1), reminder("u0", 2)])
    writing, slots = view.take(10, KEYS, Names())
    view.put_back(writing, slots, rows=True)
    view.add_reminders([reminder("u0", 3)])
    again, slots = view.take(10, KEYS, Names())
    assert [row[1] for row in again.sent] == ["1", "2", "3"]
    assert slots.tolist() == [1]


def test_what_redis_refuses_for_good_is_dropped_and_counted() -> None:
    """One bad record must not stand in everybody's way."""
    view = PartitionView(0, people(3), tuple, NOW)
    view.add_reminders([reminder("u0", 1)])
    writing, slots = view.take(10, KEYS, Names())
    view.put_back(writing, slots, rows=False)
    assert (len(view), view.dropped) == (0, 1)


def test_too_many_reminders_lose_the_oldest() -> None:
    """Redis may be away for days."""
    view = PartitionView(0, people(1), tuple, NOW)
    view.add_reminders([reminder("u0", number) for number in range(10_007)])
    assert (len(view), view.dropped) == (10_000, 7)
    assert view.take(2, KEYS, Names())[0].sent[0][1] == "7"


def test_nothing_of_an_erased_user_is_written() -> None:
    """Neither what waits nor what could not be written before."""
    view = PartitionView(0, people(2), tuple, NOW)
    view.add_reminders([reminder("u0", 1), reminder("u1", 2)])
    writing, slots = view.take(2, KEYS, Names())
    view.put_back(writing, slots, rows=True)
    view.forget(["u0"], KEYS)
    sent = view.take(10, KEYS, Names())[0].sent
    assert [row[0] for row in sent] == [KEYS.user("u1")]


def test_a_plan_comes_into_sight_once() -> None:
    """Within the hour before it is due; a run that came later too, and all again on request."""
    state = people(2)
    hashes = state.users.rows["user_h"]
    plan = Plan(PlanRecord("s", "15m", NOW + 7_200_000), DEFAULT_RUNGS[2])
    journal, now_s = Journal(), NOW // 1_000
    plan.extend(np.array([(hashes[0], now_s + 5_000, 1.0, 0)], PLANNED), journal)
    upcoming = Upcoming(lambda: [plan])
    upcoming.look(NOW)
    assert len(upcoming) == 0
    upcoming.look(NOW + 2_000_000)
    assert upcoming.take(9, state, KEYS)[0][1] == f"{now_s + 5_000}000"
    plan.extend(np.array([(hashes[1], now_s + 2_100, 1.0, 0)], PLANNED), journal)
    upcoming.look(NOW + 2_020_000)
    assert {row[0] for row in upcoming.take(9, state, KEYS)} >= {KEYS.user("u1")}
    upcoming.restart()
    upcoming.look(NOW + 2_020_000)
    assert len(upcoming) == 2


def test_taking_notice_never_raises_and_is_cheap_without_redis() -> None:
    """Nobody listens at the address, and nobody even tries."""
    board = Board(lambda _record: np.zeros(32, np.float32))
    view = View(Redis(url=SecretStr("redis://127.0.0.1:1/0")), "livecue", board, partitions=8)
    view.users_changed(3, np.array([1]), NOW)
    view.reminders_sent(3, [reminder("u0", 1)])
    view.erased(3, ["u0"])
    view.attach(3, people(5), now_ms=NOW)
    view.users_changed(3, np.array([1]), NOW)
    view.users_changed(3, np.array([], np.int64), NOW)
    view.reminders_sent(3, [reminder("u0", 1)])
    view.erased(3, [])
    view.committed(3, NOW, np.array([1]), ["u0"], [Record(b"u1", None)], [reminder("u2", 1)])
    view.streams_changed(["unknown"])
    view.detach(3)
    view.detach(3)


def test_no_view_has_the_methods_of_a_view() -> None:
    """The engine need not know which it talks to."""
    for name, method in inspect.getmembers(View, inspect.isfunction):
        if not name.startswith("_"):
            other = getattr(NullView, name)
            assert inspect.signature(other) == inspect.signature(method), name


@pytest.mark.parametrize(
    "key", ["livecue:v1:board", "livecue:v1:user:{a}", "other:v1:user:{a}:tags"]
)
def test_keys_that_are_no_users_are_told_apart(key: str) -> None:
    """The sweep deletes users, and nothing else."""
    assert KEYS.user_id(key) is None
