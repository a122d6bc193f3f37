"""The one connection to Redis or Valkey, and what goes over it, slice by slice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError

from config.servers import Redis
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from streams.connection import redis_client_options, redis_url
from streams.engine.signal import Signal
from streams.monitoring.news import tell
from streams.view.broadcast_queue import BroadcastQueue
from streams.view.counters import ViewCounters
from streams.view.keys import ViewKeys
from streams.view.names import Names
from streams.view.partition_view import PartitionView
from streams.view.script import WRITE, Writing
from streams.view.sweep import Sweep

__all__ = ["AWAY", "Writer"]

logger = logging.getLogger(__name__)

AWAY = (RedisError, OSError, TimeoutError)
"""What a Redis raises that is away, slow or full."""

_SLICE = 250
_MOST_ERASED = 100_000
_ANSWER_S = 5.0
_IDLE_S = 0.25
_HEARTBEAT_S = 1.0
_CONTEST_S = 30.0


class Writer:
    """Writes what waits in the views of the partitions, and streams and model.

    Parameters
    ----------
    server : the settings' `redis` section, with a URL.
    views : by partition number, as they are attached right now.
    partitions : number of user partitions.
    """

    def __init__(
        self,
        server: Redis,
        keys: ViewKeys,
        views: dict[int, PartitionView],
        board: Board,
        counters: ViewCounters,
        partitions: int,
    ) -> None:
        self.keys = keys
        self.counters = counters
        self._server = server
        self._views = views
        self._board = board
        self._ttl_s = server.ttl_days * 86_400
        self._owner = uuid.uuid4().hex
        self._names = Names()
        self._broadcast = BroadcastQueue(board, keys, self._ttl_s)
        self._erased: dict[str, None] = {}
        self._sweep = Sweep(keys, partitions, self._complete_view)
        self._sweep_waits = False
        self._writes = False
        self._told = Signal()

    def notice_streams(self, stream_ids: Iterable[str]) -> None:
        """Learn the streams' hosts and categories, and write the streams where that is ours."""
        for stream_id in stream_ids:
            stream = self._board.get(stream_id)
            if stream is not None:
                self._names.learn(stream.record)
            if 0 in self._views:
                self._broadcast.add_streams((stream_id,))

    def notice_model(self, snapshot: ModelSnapshot) -> None:
        """Write the model where that is ours."""
        self._broadcast.add_model(snapshot)

    def erase(self, user_ids: Iterable[str]) -> None:
        """Delete users before anything else is written."""
        self._erased.update(dict.fromkeys(user_ids))
        while len(self._erased) > _MOST_ERASED:
            del self._erased[next(iter(self._erased))]
            self.counters.dropped += 1

    async def written_up(self) -> None:
        """Return once nothing waits."""
        await self._told.until(lambda: not self._waiting())

    async def write_until_it_fails(self) -> None:
        """Connect, write every partition anew, and go on with what changes.

        Raises
        ------
        RedisError, OSError, TimeoutError
            The server is away, slow or full; what was not written waits.
        """
        client = redis.Redis.from_url(
            redis_url(self._server),
            **redis_client_options(self._server),
            socket_timeout=_ANSWER_S,
            socket_connect_timeout=_ANSWER_S,
            retry=Retry(NoBackoff(), 0),
            single_connection_client=True,
        )
        for view in self._views.values():
            view.claimed = False
        try:
            await self._write_on(client)
        finally:
            self._writes = False
            with contextlib.suppress(*AWAY):
                await client.aclose()

    async def _write_on(self, client: Any) -> None:
        script = client.register_script(WRITE)
        while True:
            self._writes = True
            entries = await self._erase_some(client)
            for view in list(self._views.values()):
                entries += await self._write_slice(client, script, view)
            self._writes = False
            self._note_connected()
            self._told.notify()
            if not entries:
                await self._idle(client)

    def _note_connected(self) -> None:
        if not self.counters.connected:
            self.counters.connected = True
            tell(logger, "view_back", "view: being written")

    async def _idle(self, client: Any) -> None:
        if self._sweep_waits and not self._sweep.running:
            self._sweep_waits = False
            self._sweep.begin()
        if self._sweep.running:
            self.erase(await self._sweep.step(client))
        await asyncio.sleep(_IDLE_S)

    async def _erase_some(self, client: Any) -> int:
        """Delete all users that are to be; first of all, so that it holds for who comes back."""
        count = 0
        while chosen := list(islice(self._erased, _SLICE)):
            await client.unlink(*(key for user_id in chosen for key in self.keys.of_user(user_id)))
            for user_id in chosen:
                self._erased.pop(user_id, None)
            count += len(chosen)
        self.counters.erased += count
        return count

    async def _write_slice(self, client: Any, script: Any, view: PartitionView) -> int:
        began_s = time.monotonic()
        if began_s < view.contested_until_s:
            return 0
        if not view.claimed:
            await self._claim(client, view)
        view.look_ahead()
        writing, slots = view.take(_SLICE, self.keys, self._names)
        if view.number == 0:
            self._broadcast.take_into(writing, view.now_ms)
        entries = len(writing)
        if not entries and not view.rebuilding and began_s - view.written_s < _HEARTBEAT_S:
            return 0
        try:
            ours = await self._call(script, view, writing)
        except AWAY as error:
            poison = isinstance(error, ResponseError) and not isinstance(error, OutOfMemoryError)
            self._broadcast.put_back(writing)
            view.put_back(writing, slots, rows=not poison)
            raise
        if not ours:
            self._broadcast.put_back(writing)
            view.put_back(writing, slots, rows=True)
            await self._disowned(client, view)
            return 0
        self._note_written(view, writing)
        elapsed_s = time.monotonic() - began_s
        await asyncio.sleep(max(entries / self._server.max_users_per_s - elapsed_s, 0.0))
        return entries

    async def _call(self, script: Any, view: PartitionView, writing: Writing) -> bool:
        answer = await script(
            keys=[self.keys.partition(view.number), self.keys.board, self.keys.model],
            args=[
                self._owner,
                view.now_ms,
                view.progress,
                self._ttl_s,
                msgspec.msgpack.encode(writing),
            ],
        )
        return bool(answer)

    def _note_written(self, view: PartitionView, writing: Writing) -> None:
        was_rebuilding = view.rebuilding
        view.written(time.monotonic())
        self._sweep_waits |= was_rebuilding and not view.rebuilding
        self.counters.users += len(writing.users)
        self.counters.reminders += len(writing.sent)
        self.counters.planned += len(writing.planned)
        self.counters.streams += len(writing.streams)

    async def _claim(self, client: Any, view: PartitionView) -> None:
        """Become the owner in the view: an older one, should it still run, is refused now."""
        await client.hset(
            self.keys.partition(view.number),
            mapping={"owner": self._owner, "clock_ts": view.now_ms, "state": "rebuilding"},
        )
        view.claimed = True
        view.mark_all()
        self.counters.rebuilds += 1
        if view.number == 0:
            shown = await client.zrange(self.keys.board, 0, -1)
            self._broadcast.add_all(one.decode() for one in shown)

    async def _disowned(self, client: Any, view: PartitionView) -> None:
        """The view was emptied, or another worker has claimed the partition since."""
        view.claimed = False
        if await client.hget(self.keys.partition(view.number), "owner") is not None:
            text = f"view: partition {view.number} is written by another worker"
            tell(logger, "view_contested", text, logging.WARNING, partition=view.number)
            view.contested_until_s = time.monotonic() + _CONTEST_S

    def _complete_view(self, number: int) -> PartitionView | None:
        view = self._views.get(number)
        return view if view is not None and view.claimed and not view.rebuilding else None

    def _waiting(self) -> bool:
        views: Sequence[PartitionView] = list(self._views.values())
        broadcast = 0 in self._views and len(self._broadcast)
        behind = any(len(view) or view.rebuilding or not view.claimed for view in views)
        return bool(self._writes or self._erased or broadcast or behind)
