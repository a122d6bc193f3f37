"""Which hosts the same people watch: learned where the trainer lives, told to every worker.

Its records go out with the trainer's snapshots, in one transaction, so that a worker that has heard
of a tick's snapshot has heard of the neighbours too.
"""

from __future__ import annotations

import msgspec

from online_models.co_engagement import CoEngagement
from online_models.co_engagement_state import from_bytes, to_bytes
from online_models.neighbours import encode_neighbourhood
from reminders.visits import Visits, learn_visits
from streams.engine.committed_tail import CommittedTail
from streams.engine.log_heads import LogHeads
from streams.engine.outgoing import Record
from streams.engine.shared import NEAR_KEY, Shared

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
        self._model = CoEngagement()
        self._stored: dict[bytes, bytes] = {}
        self._changed: set[int] = set()
        self._told_ts = self._stored_ts = -_STORE_MS
        self._visits = CommittedTail(shared, heads, shared.topics.visits)

    def restore(self, key: bytes, value: bytes) -> None:
        """Take a record of `models`, oldest first, before `open`."""
        if key.startswith(_STATE_KEY):
            self._stored[key] = value

    async def open(self) -> None:
        """Go on where the stored model ends."""
        head, offset = self._stored.pop(_STATE_KEY, None), 0
        if head is not None:
            known = msgspec.msgpack.decode(head, type=_Stored)
            pieces = [self._stored[_piece_key(number)] for number in range(known.pieces)]
            self._model, offset = from_bytes(b"".join(pieces)), known.offset
        self._stored.clear()
        await self._visits.open(offset)

    async def close(self) -> None:
        """Disconnect; what was learned since the last store will be learned again."""
        await self._visits.close()

    async def learn(self, now_ms: int) -> list[Record]:
        """Learn the visits that are committed now; return what is to be told, maybe nothing."""
        visits = [_visits.decode(row.value) for row in await self._visits.rows()]
        self._changed.update(learn_visits(self._model, visits).tolist())
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

    def _state_records(self) -> list[Record]:
        data = to_bytes(self._model)
        pieces = [data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES)]
        head = msgspec.msgpack.encode(_Stored(self._visits.offset, len(pieces)))
        told = [Record(_piece_key(number), piece) for number, piece in enumerate(pieces)]
        return [*told, Record(_STATE_KEY, head)]


def _piece_key(number: int) -> bytes:
    return _STATE_KEY + b"%04d" % number


def _near_key(host: int) -> bytes:
    return NEAR_KEY + b"%08x" % host
