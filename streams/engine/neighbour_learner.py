"""Which hosts the same people watch: learned where the trainer lives, told to every worker.

Its records go out with the trainer's snapshots, in one transaction, so that a worker that has heard
of a tick's snapshot has heard of the neighbours too.
"""

from __future__ import annotations

from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from online_models.co_engagement import CoEngagement
from online_models.co_engagement_state import from_bytes, to_bytes
from online_models.neighbours import encode_neighbourhood
from reminders.visits import Visits, learn_visits
from streams.connection import kafka_client_options
from streams.engine.log_heads import LogHeads
from streams.engine.one_shot import stop_consumer
from streams.engine.shared import NEAR_KEY, Shared
from streams.engine.transaction import Record

__all__ = ["NeighbourLearner"]

_STATE_KEY = b"co-engagement/"
_PIECE_BYTES = 512 << 10
_TELL_MS, _STORE_MS = 60_000, 600_000
"""On the wall clock hosts are told of, and the model is stored, this often; at ticks always."""
_visits = msgspec.msgpack.Decoder(Visits)


class _Stored(msgspec.Struct, array_like=True):
    """The head of a stored model: where to read `visits` on, and of how many pieces it is."""

    offset: int
    pieces: int


class NeighbourLearner:
    """Reads `visits` and says which hosts are near each other, each visit once."""

    def __init__(self, shared: Shared, heads: LogHeads) -> None:
        self._shared = shared
        self._heads = heads
        self._model = CoEngagement()
        self._stored: dict[bytes, bytes] = {}
        self._changed: set[int] = set()
        self._told_ts = self._stored_ts = -_STORE_MS
        self._offset = 0
        self._visits = TopicPartition(shared.topics.visits, 0)
        self._consumer = AIOKafkaConsumer(
            **kafka_client_options(shared.settings.kafka),
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
        )

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of `models`, oldest first, before `open`."""
        if key.startswith(_STATE_KEY):
            self._stored[key] = value

    async def open(self) -> None:
        """Go on where the stored model ends."""
        head = self._stored.pop(_STATE_KEY, None)
        if head is not None:
            known = msgspec.msgpack.decode(head, type=_Stored)
            pieces = [self._stored[_piece_key(number)] for number in range(known.pieces)]
            self._model, self._offset = from_bytes(b"".join(pieces)), known.offset
        self._stored.clear()
        await self._consumer.start()
        self._consumer.assign([self._visits])
        self._consumer.seek(self._visits, self._offset)

    async def close(self) -> None:
        """Disconnect; what was learned since the last store will be learned again."""
        await stop_consumer(self._consumer)

    async def learn(self, now_ms: int) -> list[Record]:
        """Learn the visits that are committed now; return what is to be told, maybe nothing."""
        self._changed.update(learn_visits(self._model, await self._committed()).tolist())
        if not self._changed or not self._is_time(now_ms - self._told_ts, _TELL_MS):
            return []
        self._told_ts = now_ms
        hosts, self._changed = sorted(self._changed), set()
        near = [self._model.neighbourhood(host, now_ms) for host in hosts]
        records = [Record(_near_key(one.item), encode_neighbourhood(one)) for one in near]
        if self._is_time(now_ms - self._stored_ts, _STORE_MS):
            self._stored_ts = now_ms
            records += self._state_records()
        return records

    def _is_time(self, passed_ms: int, interval_ms: int) -> bool:
        return self._shared.simulated_time or passed_ms >= interval_ms

    async def _committed(self) -> list[Visits]:
        end = await self._end()
        rows: list[Any] = []
        while await self._consumer.position(self._visits) < end:
            fetched = await self._consumer.getmany(self._visits, timeout_ms=200)
            rows.extend(fetched.get(self._visits, []))
        # A fetch may bring more than was there when the end was asked for.
        self._offset = max(self._offset, await self._consumer.position(self._visits))
        return [_visits.decode(row.value) for row in rows]

    async def _end(self) -> int:
        """At a tick: all that its watermarks promise, though the markers are on their way."""
        if self._shared.simulated_time:
            return (await self._heads.of([self._visits]))[self._visits]
        return int((await self._consumer.end_offsets([self._visits]))[self._visits])

    def _state_records(self) -> list[Record]:
        data = to_bytes(self._model)
        pieces = [data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES)]
        head = msgspec.msgpack.encode(_Stored(self._offset, len(pieces)))
        told = [Record(_piece_key(number), piece) for number, piece in enumerate(pieces)]
        return [*told, Record(_STATE_KEY, head)]


def _piece_key(number: int) -> bytes:
    return _STATE_KEY + b"%04d" % number


def _near_key(host: int) -> bytes:
    return NEAR_KEY + b"%08x" % host
