"""The view comes right again whatever happens to Redis, and never holds the worker up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis.asyncio as redis
from viewworld.world import (
    DEADLINE_S,
    KEYS,
    NOW,
    board_of,
    people,
    reminder,
    running,
    until,
    view_of,
    watch,
)

from features.hashing import murmur2_partition
from features.registry import FEATURE_NAMES
from online_models.snapshot import ModelSnapshot
from streams.embedded import EmbeddedValkey
from streams.embedded.ports import free_ports


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that every embedded Valkey of this test takes."""
    (port,) = free_ports(1)
    monkeypatch.setattr("streams.embedded.valkey.free_ports", lambda _count: [port])
    return port


@pytest.fixture
def own_valkey(port: int) -> Iterator[EmbeddedValkey]:
    """A server that the test may stop, fill and slow down."""
    with EmbeddedValkey() as server:
        yield server


def test_redis_may_stop_and_start_again(own_valkey: EmbeddedValkey) -> None:
    """What changed meanwhile, and all that was lost, is there after it has come back empty."""
    state = people(*(f"u{number}" for number in range(700)))
    url = own_valkey.url
    view = view_of(url)
    view.attach(1, state, now_ms=NOW)

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        own_valkey.stop()
        view.users_changed(1, watch(state, "u5", times=4), NOW + 1)
        view.reminders_sent(1, [reminder("u5")])
        await until(lambda: not view.counters.connected)
        own_valkey.start()
        assert await view.drain(DEADLINE_S)
        async with redis.Redis.from_url(url, decode_responses=True) as again:
            assert await again.hget(KEYS.user("u5") + ":features", "total:watch") == "7"
            assert await again.zcard(KEYS.user("u5") + ":reminders") == 1
            assert len(await again.keys("*:features")) == 700
            assert await again.hget(KEYS.partition(1), "state") == "complete"

    running(url, view, look)


def test_redis_may_be_there_later_than_the_worker(port: int) -> None:
    """A view of a server that is not there yet costs nothing, and is written once it is."""
    view = view_of(f"redis://127.0.0.1:{port}/0")
    view.attach(1, people("ann"), now_ms=NOW)

    async def go() -> None:
        writing = asyncio.create_task(view.run())
        await until(lambda: view.counters.failures > 0)
        assert not await view.drain(0.05)
        with EmbeddedValkey() as server:
            assert await view.drain(DEADLINE_S)
            async with redis.Redis.from_url(server.url) as client:
                assert await client.exists(KEYS.user("ann") + ":features")
            writing.cancel()

    asyncio.run(asyncio.wait_for(go(), DEADLINE_S))


def test_an_emptied_redis_is_filled_again(valkey: str) -> None:
    """FLUSHALL breaks no connection, and is noticed within seconds all the same."""
    state, board = people("ann", "bob"), board_of("s")
    view = view_of(valkey, board)
    view.attach(0, state, now_ms=NOW)
    view.model_changed(ModelSnapshot.untrained(FEATURE_NAMES))

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        before = set(await client.keys("*"))
        await client.flushall()
        await until(lambda: view.counters.rebuilds == 2)
        assert await view.drain(DEADLINE_S)
        assert set(await client.keys("*")) == before
        assert view.counters.failures == 0

    running(valkey, view, look)


def test_a_full_redis_is_waited_for(own_valkey: EmbeddedValkey) -> None:
    """Nothing is deleted for want of memory, and all is written once there is room."""
    state = people("ann", "bob")
    view = view_of(own_valkey.url)
    view.attach(1, state, now_ms=NOW)

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        await client.config_set("maxmemory", "1mb")
        view.users_changed(1, watch(state, "ann"), NOW + 1)
        await until(lambda: view.counters.failures > 1)
        assert await client.hget(KEYS.user("ann") + ":features", "total:watch") == "3"
        await client.config_set("maxmemory", "0")
        assert await view.drain(DEADLINE_S)
        assert await client.hget(KEYS.user("ann") + ":features", "total:watch") == "4"

    running(own_valkey.url, view, look)


def test_a_slow_redis_delays_the_view_alone(
    own_valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While every answer takes seconds, the worker's event loop turns as ever."""
    monkeypatch.setattr("streams.view.writer._ANSWER_S", 0.3)
    state = people(*(f"u{number}" for number in range(500)))
    view = view_of(own_valkey.url)
    view.attach(1, state, now_ms=NOW)

    async def look(client: Any) -> None:
        assert await view.drain(DEADLINE_S)
        await client.client_pause(1_500)
        longest_s = 0.0
        for _ in range(100):
            began_s = time.monotonic()
            view.users_changed(1, watch(state, "u1"), NOW + 1)
            await asyncio.sleep(0.01)
            longest_s = max(longest_s, time.monotonic() - began_s)
        assert longest_s < 0.25
        assert await view.drain(DEADLINE_S)
        assert view.counters.failures > 0
        assert await client.hget(KEYS.user("u1") + ":features", "total:watch") == "103"

    running(own_valkey.url, view, look)


def test_an_older_owner_is_refused(valkey: str) -> None:
    """Once another worker shows a partition, what an older one still sends changes nothing."""
    old_state, new_state = people("ann", watches=1), people("ann", watches=9)
    old, new = view_of(valkey), view_of(valkey)
    old.attach(1, old_state, now_ms=NOW)

    async def look(client: Any) -> None:
        assert await old.drain(DEADLINE_S)
        new.attach(1, new_state, now_ms=NOW)
        writing = asyncio.create_task(new.run())
        assert await new.drain(DEADLINE_S)
        old.users_changed(1, watch(old_state, "ann"), NOW + 1)
        await asyncio.sleep(1.0)
        assert await client.hget(KEYS.user("ann") + ":features", "total:watch") == "9"
        old.detach(1)
        assert await old.drain(DEADLINE_S)
        writing.cancel()

    running(valkey, old, look)


def test_whom_the_state_does_not_know_is_swept_away(valkey: str) -> None:
    """Left by a worker that died while Redis was away; other partitions' users stay."""
    user_ids = [f"user-{number}" for number in range(40)]
    place = dict(zip(user_ids, murmur2_partition([i.encode() for i in user_ids], 8), strict=True))
    known, elsewhere = user_ids[0], {user_id for user_id in user_ids if place[user_id] == 7}
    view = view_of(valkey)

    async def look(client: Any) -> None:
        for user_id in user_ids:
            await client.hset(KEYS.user(user_id) + ":features", "user_id", user_id)
        for number in range(7):
            view.attach(number, people(known) if number == place[known] else people(), now_ms=NOW)
        strangers = set(user_ids) - elsewhere - {known}
        await until(lambda: view.counters.erased >= len(strangers))
        shown = {KEYS.user_id(key) for key in await client.keys("*:features")}
        assert shown == elsewhere | {known}

    running(valkey, view, look)
