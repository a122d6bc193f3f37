"""Users, streams and reminders for the view to show, and a server to show them in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import redis.asyncio as redis
from pydantic import SecretStr

from config.servers import Redis
from features.contracts import StreamRecord
from features.decode import decode_interactions
from features.hashing import IntArray
from features.raw_records import RawRecords
from features.state import UserState
from features.update import apply_interactions
from features.user_table import UserTable
from reminders.board import Board
from streams.engine.outgoing import Record
from streams.testing import interaction
from streams.view import View
from streams.view.keys import ViewKeys

__all__ = [
    "DEADLINE_S",
    "KEYS",
    "NOW",
    "board_of",
    "people",
    "reminder",
    "running",
    "until",
    "view_of",
    "watch",
]

NOW = 1_700_000_000_000
KEYS = ViewKeys("livecue")
DEADLINE_S = 20.0


def people(*user_ids: str, watches: int = 3) -> UserState:
    """Users who watched host `h`, beauty, `watches` times each."""
    state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, salt=1)
    watch(state, *user_ids, times=watches)
    return state


def watch(state: UserState, *user_ids: str, times: int = 1) -> IntArray:
    """Let users watch; return their slots."""
    about = {"stream_id": "s", "host_id": "h", "category": "beauty"}
    records = [
        interaction(user_id, "watch", NOW + number, **about)
        for user_id in user_ids
        for number in range(times)
    ]
    cols, _ = decode_interactions(
        RawRecords.of([key for key, _ in records], [value for _, value in records]), None
    )
    slots = state.users.slots_of(cols.user_ids(), create=True)
    apply_interactions(state, cols, slots, lambda _stream_id: None)
    return np.unique(slots)


def board_of(*stream_ids: str) -> Board:
    """A board with these streams scheduled an hour from now, by host `h`."""
    board = Board(lambda _record: np.zeros(32, np.float32))
    for stream_id in stream_ids:
        board.apply(
            StreamRecord(
                stream_id=stream_id,
                ts=NOW,
                status="scheduled",
                host_id="h",
                title="Lip care",
                category="beauty",
                start_ts=NOW + 3_600_000,
                tags=["new"],
            )
        )
    return board


def reminder(user_id: str, send_ts: int = NOW, stream_id: str = "s") -> Record:
    """A reminder as it is written to Kafka, as far as the view reads it."""
    value = {"stream_id": stream_id, "rung": "2h", "start_ts": NOW + 3_600_000, "send_ts": send_ts}
    return Record(user_id.encode(), json.dumps({**value, "title": "直播"}).encode())


def view_of(url: str, board: Board | None = None, **options: Any) -> View:
    """A view that writes as fast as it can."""
    server = Redis(url=SecretStr(url), **{"max_users_per_s": 1_000_000, **options})
    return View(server, "livecue", board or board_of(), partitions=8)


def running(url: str, view: View, work: Callable[[Any], Awaitable[None]]) -> None:
    """Run `work` with a client of an emptied server while the view writes."""

    async def go() -> None:
        async with redis.Redis.from_url(url, decode_responses=True) as client:
            await client.flushall()
            writing = asyncio.create_task(view.run())
            try:
                await asyncio.wait_for(work(client), DEADLINE_S)
            finally:
                writing.cancel()

    asyncio.run(go())


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition; the test's deadline ends it."""
    while not holds():  # noqa: ASYNC110 - what is waited for happens in a server
        await asyncio.sleep(0.02)
