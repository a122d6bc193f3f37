"""Which events were seen before: each id with the time of its first, in numbered blocks."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import StateVersionError
from features.hash_index import HashIndex
from features.hashing import IntArray, U64Array, combine
from features.row import NEVER

__all__ = ["Dedup"]

_VERSION = 1
_HEAD = struct.Struct("<Hq")
_BLOCK_ENTRIES = 1024
_BLOCK_MS = 60_000


@dataclass(slots=True)
class _Block:
    """Entries that came together; `since`: when (epoch ms) the first of them was taken."""

    since: int
    keys: U64Array
    ts: IntArray

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(_VERSION, self.since)
        return head + self.keys.astype("<u8").tobytes() + self.ts.astype("<i8").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> _Block:
        version, since = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise StateVersionError(
                f"the state holds seen event ids of version {version}, this worker knows "
                f"{_VERSION}: start a worker of the release that wrote them, or a newer one"
            )
        count = (len(data) - _HEAD.size) // 16
        keys = np.frombuffer(data, "<u8", count, _HEAD.size).astype(np.uint64)
        ts = np.frombuffer(data, "<i8", count, _HEAD.size + 8 * count).astype(np.int64)
        return cls(since, keys, ts)


class Dedup:
    """Recognises repeats: same user, same event id, `ts` within the window of a first.

    An id that comes with a `ts` outside the windows of all its firsts is a first again. Firsts
    are remembered for `keep_ms` of clock time, and at most `limit` of them: the newest.

    >>> seen = Dedup(window_ms=600_000)
    >>> user, event = np.array([1, 1], np.uint64), np.array([5, 5], np.uint64)
    >>> seen.fresh(user, event, np.array([0, 600_000])).tolist()
    [True, False]
    >>> seen.fresh(user, event, np.array([600_001, 1])).tolist()
    [True, False]
    """

    def __init__(
        self, window_ms: int, limit: int = 2_000_000, keep_ms: int = 24 * 3_600_000
    ) -> None:
        self._window_ms = window_ms
        self._limit = limit
        self._keep_ms = keep_ms
        self._first = HashIndex(missing=NEVER)
        self._more: dict[int, list[int]] = {}
        self._new: list[tuple[U64Array, IntArray]] = []
        self._blocks: dict[int, _Block] = {}
        self._next_number = 0
        self._dropped: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        blocks = sum(block.keys.nbytes + block.ts.nbytes for block in self._blocks.values())
        return self._first.nbytes + blocks

    def fresh(self, user_h: U64Array, event_h: U64Array, ts: IntArray) -> npt.NDArray[np.bool_]:
        """Return which events are firsts, bool[n], and remember those.

        Hashes of user and event id, `ts` in epoch ms, in the order of arrival.
        """
        keys = _entry_keys(user_h, event_h)
        fresh = self._add(keys, ts)
        if fresh.any():
            self._new.append((keys[fresh], ts[fresh]))
            self._count += len(self._new[-1][0])
        return fresh

    def take_block(self, now: int) -> tuple[int, bytes] | None:
        """Return number and record of the block that holds the firsts since the last call.

        A block that is small and young is written again with the new ones, so that there are
        few; `None` when there is nothing new.
        """
        if not self._new:
            return None
        keys = np.concatenate([new_keys for new_keys, _ in self._new])
        ts = np.concatenate([new_ts for _, new_ts in self._new])
        self._new.clear()
        number = self._next_number - 1
        last = self._blocks.get(number)
        if last is None or len(last.keys) >= _BLOCK_ENTRIES or now - last.since >= _BLOCK_MS:
            number += 1
            block = _Block(now, keys, ts)
        else:
            keys, ts = np.concatenate([last.keys, keys]), np.concatenate([last.ts, ts])
            block = _Block(last.since, keys, ts)
        self._blocks[number] = block
        self._next_number = number + 1
        return number, block.to_bytes()

    def restore_block(self, number: int, record: bytes) -> None:
        """Put a block back, instead of one of the same number.

        Raises `StateVersionError` for one that this release cannot read.
        """
        self.drop_block(number)
        block = _Block.from_bytes(record)
        self._blocks[number] = block
        self._next_number = max(self._next_number, number + 1)
        self._add(block.keys, block.ts)
        self._count += len(block.keys)

    def drop_block(self, number: int) -> None:
        """Forget a block, where known: its tombstone was read."""
        if number in self._blocks:
            self._forget(number)

    def expire(self, now: int) -> None:
        """Forget the blocks that are too old at `now` (epoch ms), or too many."""
        for number in sorted(self._blocks):
            old = now - self._blocks[number].since > self._keep_ms + _BLOCK_MS
            if not old and self._count <= self._limit:
                break
            self._forget(number)
            self._dropped.append(number)

    def blocks_to_drop(self) -> list[int]:
        """Return the numbers of blocks that expired since the last call, to be tombstoned."""
        dropped, self._dropped = self._dropped, []
        return dropped

    def _add(self, keys: U64Array, ts: IntArray) -> npt.NDArray[np.bool_]:
        fresh = np.zeros(len(keys), dtype=np.bool_)
        first = self._first.get(keys)
        unknown = np.flatnonzero(first == NEVER)
        if len(unknown):
            _, places, inverse = np.unique(keys[unknown], return_index=True, return_inverse=True)
            new = unknown[places]
            self._first.put(keys[new], ts[new])
            fresh[new] = True
            first[unknown] = ts[new][inverse]
        for place in np.flatnonzero(np.abs(ts - first) > self._window_ms).tolist():
            fresh[place] = self._add_another(int(keys[place]), int(ts[place]))
        return fresh

    def _add_another(self, key: int, ts: int) -> bool:
        others = self._more.setdefault(key, [])
        if any(abs(ts - other) <= self._window_ms for other in others):
            return False
        others.append(ts)
        return True

    def _forget(self, number: int) -> None:
        block = self._blocks.pop(number)
        self._count -= len(block.keys)
        only = np.ones(len(block.keys), dtype=np.bool_)
        if self._more:
            several = [key in self._more for key in block.keys.tolist()]
            only = ~np.array(several, dtype=np.bool_)
            for place in np.flatnonzero(several).tolist():
                self._forget_one_of(int(block.keys[place]), int(block.ts[place]))
        self._first.remove(block.keys[only])

    def _forget_one_of(self, key: int, ts: int) -> None:
        others = self._more.get(key, [])
        if ts in others:
            others.remove(ts)
        else:
            promoted = others.pop(0) if others else NEVER
            self._first.put(np.array([key], dtype=np.uint64), np.array([promoted]))
        if not others:
            self._more.pop(key, None)


def _entry_keys(user_h: U64Array, event_h: U64Array) -> U64Array:
    keys = combine(user_h, event_h)
    keys[keys == 0] = 1
    return keys
