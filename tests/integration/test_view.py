"""The view holds what the worker knows: whole users, by ids of any kind, no faster than asked."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from redis.crc import key_slot
from viewworld.world import (
    DEADLINE_S,
    KEYS,
    NOW,
    board_of,
    people,
    reminder,
    running,
    view_of,
    watch,
)

from features.contracts import StreamTombstone
from features.registry import FEATURE_NAMES
from online_models.snapshot import ModelSnapshot
from reminders.journal import Journal
from reminders.ladder import DEFAULT_RUNGS
from reminders.plan import Plan, PlanRecord
from reminders.plan_run import PLANNED


def test_all_of_it_can_be_read(valkey: str) -> None:
    """Features with exact counts, tags by name, reminders, board, stream, model, progress."""
    state, board = people("ann", watches=3), board_of("s")
    view = view_of(valkey, board)
    view.streams_changed(["s"])
    view.attach(0, state, now_ms=NOW)
    view.model_changed(ModelSnapshot.untrained(FEATURE_NAMES))
    view.reminders_sent(0, [reminder("ann")])

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        features = await client.hgetall(KEYS.user("ann") + ":features")
        assert features["total:watch"] == "3"
        assert features["user_id"] == "ann"
        assert features["last_ts"] == str(NOW + 2)
        assert (features["quiet_start"], features["timezone"]) == ("22:00", "Asia/Shanghai")
        assert len(json.loads(features["recent:watch"])) == 3
        tags = await client.zrange(KEYS.user("ann") + ":tags", 0, -1)
        assert set(tags) == {"host:h", "category:beauty"}
        ((shown, score),) = await client.zrange(
            KEYS.user("ann") + ":reminders", 0, -1, withscores=True
        )
        assert (json.loads(shown)["title"], score) == ("直播", NOW)
        assert await client.zrange(KEYS.board, 0, -1, withscores=True) == [("s", NOW + 3_600_000)]
        stream = await client.hgetall(KEYS.stream("s"))
        assert (stream["title"], json.loads(stream["tags"])) == ("Lip care", ["new"])
        assert (await client.hgetall(KEYS.model))["version"] == "0"
        progress = await client.hgetall(KEYS.partition(0))
        assert (progress["state"], progress["clock_ts"]) == ("complete", str(NOW))
        assert 0 < await client.ttl(KEYS.user("ann") + ":features") <= 30 * 86_400

    running(valkey, view, look)


def test_what_changes_is_written_again(valkey: str) -> None:
    """Only those that changed, with nothing left of what was; streams leave the board."""
    state, board = people("ann", "bob"), board_of("s")
    view = view_of(valkey, board)
    view.attach(0, state, now_ms=NOW)

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        await client.hset(KEYS.user("ann") + ":features", "left", "over")
        await client.hset(KEYS.user("bob") + ":features", "left", "over")
        view.users_changed(0, watch(state, "ann"), NOW + 1)
        board.apply(StreamTombstone("s"))
        view.streams_changed(["s"])
        assert await view.drain(DEADLINE_S)
        ann = await client.hgetall(KEYS.user("ann") + ":features")
        assert (ann["total:watch"], "left" in ann) == ("4", False)
        assert await client.hget(KEYS.user("bob") + ":features", "left") == "over"
        assert not await client.exists(KEYS.board, KEYS.stream("s"))
        assert await client.hget(KEYS.partition(0), "clock_ts") == str(NOW + 1)

    running(valkey, view, look)


@pytest.mark.parametrize(
    "user_id", ["{}", "a}b", "{x", "a:b {c}", "%7D", "\n\r\0", "小美🎀", "*?[a]", "x" * 128]
)
def test_ids_are_data_whatever_they_are(valkey: str, user_id: str) -> None:
    """Each has keys of its own in one hash slot, and erasing takes exactly them."""
    state = people(user_id, "other")
    view = view_of(valkey)
    view.attach(0, state, now_ms=NOW)
    view.reminders_sent(0, [reminder(user_id)])

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        keys = [key for key in await client.keys("*") if ":user:" in key and "{other}" not in key]
        assert len(keys) == 3
        assert {KEYS.user_id(key) for key in keys} == {user_id}
        assert len({key_slot(key.encode()) for key in keys}) == 1
        assert await client.hget(KEYS.user(user_id) + ":features", "user_id") == user_id
        state.forget(user_id, NOW, NOW)
        view.erased(0, [user_id])
        assert await view.drain(DEADLINE_S)
        assert not await client.exists(*KEYS.of_user(user_id))
        assert await client.exists(KEYS.user("other") + ":features")

    running(valkey, view, look)


def test_the_newest_reminders_are_kept_and_leave_what_is_next(valkey: str) -> None:
    """Twenty stay; what was sent is no longer planned; a plan out of sight is not shown."""
    state = people("ann")
    user_h = int(state.users.rows["user_h"][0])
    plan = Plan(PlanRecord("s", "2h", NOW + 3_600_000), DEFAULT_RUNGS[1])
    far = Plan(PlanRecord("far", "2h", NOW + 36_000_000), DEFAULT_RUNGS[1])
    for one, due_s in ((plan, NOW // 1_000 + 60), (far, NOW // 1_000 + 30_000)):
        one.extend(np.array([(user_h, due_s, 1.0, 0)], PLANNED), Journal())
    view = view_of(valkey)
    view.attach(3, state, lambda: [plan, far], NOW)

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        upcoming = await client.zrange(KEYS.user("ann") + ":next", 0, -1, withscores=True)
        assert [(json.loads(member)["stream_id"], at) for member, at in upcoming] == [
            ("s", NOW + 60_000)
        ]
        view.reminders_sent(3, [reminder("ann", NOW + at) for at in range(30)])
        assert await view.drain(DEADLINE_S)
        sent = await client.zrange(KEYS.user("ann") + ":reminders", 0, -1, withscores=True)
        assert [int(at) - NOW for _, at in sent] == list(range(10, 30))
        assert not await client.exists(KEYS.user("ann") + ":next")

    running(valkey, view, look)


def test_the_rate_is_bounded(valkey: str) -> None:
    """However many users change, no more than the setting says are written in a second."""
    state = people(*(f"u{number}" for number in range(1_000)))
    view = view_of(valkey, max_users_per_s=1_000)
    view.attach(1, state, now_ms=NOW)

    async def look(client: Any) -> None:
        began_s = time.monotonic()
        assert await view.drain(DEADLINE_S)
        assert time.monotonic() - began_s > 0.9
        assert view.counters.users == 1_000

    running(valkey, view, look)
