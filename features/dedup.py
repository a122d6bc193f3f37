"""Which events were seen before: each id with the time of its first, in numbered blocks."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from features.errors import StateVersionError
from features.hashing import IntArray, U64Array
from features.seen_ids import SeenIds, entry_keys

__all__ = ["Dedup"]

_VERSION = 1
_HEAD = struct.Struct("<Hq")
_BLOCK_ENTRIES = 1024
_MOST_ENTRIES = 32_768
_BLOCK_MS = 60_000
_KEEP_MS = 24 * 3_600_000

Entries: TypeAlias = tuple[U64Array, IntArray]


@dataclass(slots=True)
class _Block:
    """When (epoch ms) the first of its entries was taken, and how many there are."""

    since: int
    count: int


class Dedup:
    """Recognises repeats: same user, same event id, `ts` within the window of a first.

    An id that comes with a `ts` outside the windows of all its firsts is a first again. Firsts
    are remembered for 24 h of clock time, and at most `most_ids` of them, the newest; None: any
    number.

    >>> seen = Dedup(window_ms=600_000)
    >>> user, event = np.array([1, 1], np.uint64), np.array([5, 5], np.uint64)
    >>> seen.fresh(user, event, np.array([0, 600_000])).tolist()
    [True, False]
    >>> seen.fresh(user, event, np.array([600_001, 1])).tolist()
    [True, False]
    """

    def __init__(self, window_ms: int, most_ids: int | None = None) -> None:
        self._window_ms = window_ms
        self._most_ids = most_ids
        self._ids = SeenIds()
        self._new: list[Entries] = []
        self._blocks: dict[int, _Block] = {}
        self._last: Entries | None = None
        self._next_number = 0
        self._dropped: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return self._ids.nbytes

    def fresh(self, user_h: U64Array, event_h: U64Array, ts: IntArray) -> npt.NDArray[np.bool_]:
        """Return which events are firsts, bool[n], and remember those.

        Hashes of user and event id, `ts` in epoch ms, in the order of arrival.
        """
        keys = entry_keys(user_h, event_h)
        fresh = self._ids.add(keys, ts, self._next_number, self._window_ms)
        if fresh.any():
            self._new.append((keys[fresh], ts[fresh]))
            self._count += len(self._new[-1][0])
        return fresh

    def take_block(self, now: int) -> tuple[int, bytes] | None:
        """Return number and record of a block that holds firsts since the last call.

        Call it until it returns `None`: a block holds so many that its record (16 bytes each) is
        well below what Kafka takes. One that is small and young is written again with the new
        ones, so that there are few.
        """
        if not self._new:
            return None
        entries = _joined(self._new)
        self._new.clear()
        number, since = self._next_number, now
        last = self._blocks.get(number - 1)
        if last is not None and self._last is not None and now - last.since < _BLOCK_MS:
            self._ids.renumber(*entries, number, number - 1)
            number, since = number - 1, last.since
            entries = _joined([self._last, entries])
        if len(entries[0]) > _MOST_ENTRIES:
            rest = entries[0][_MOST_ENTRIES:], entries[1][_MOST_ENTRIES:]
            entries = entries[0][:_MOST_ENTRIES], entries[1][:_MOST_ENTRIES]
            self._ids.renumber(*rest, number, number + 1)
            self._new.append(rest)
        self._remember(number, since, entries)
        return number, _to_bytes(since, entries)

    def restore_block(self, number: int, record: bytes) -> None:
        """Put a block back; one of the same number holds the beginning of it.

        Raises `StateVersionError` for one that this release cannot read.
        """
        since, entries = _from_bytes(record)
        known = self._blocks.get(number)
        self._count += len(entries[0]) - (0 if known is None else known.count)
        self._ids.add(*entries, number, self._window_ms)
        self._remember(number, since, entries)

    def drop_block(self, number: int) -> None:
        """Forget a block, where known: its tombstone was read."""
        if number in self._blocks:
            self._forget(number)

    def expire(self, now: int) -> None:
        """Forget the blocks that are too old at `now` (epoch ms), or too many."""
        for number in sorted(self._blocks):
            old = now - self._blocks[number].since > _KEEP_MS + _BLOCK_MS
            many = self._most_ids is not None and self._count > self._most_ids
            if not old and not many:
                break
            self._forget(number)
            self._dropped.append(number)

    def blocks_to_drop(self) -> list[int]:
        """Return the numbers of blocks that expired since the last call, to be tombstoned."""
        dropped, self._dropped = self._dropped, []
        return dropped

    def _remember(self, number: int, since: int, entries: Entries) -> None:
        self._blocks[number] = _Block(since, len(entries[0]))
        if number >= self._next_number - 1:
            self._next_number = number + 1
            self._last = entries if len(entries[0]) < _BLOCK_ENTRIES else None

    def _forget(self, number: int) -> None:
        self._count -= self._blocks.pop(number).count
        self._ids.drop(number)


def _joined(parts: list[Entries]) -> Entries:
    return np.concatenate([keys for keys, _ in parts]), np.concatenate([ts for _, ts in parts])


def _to_bytes(since: int, entries: Entries) -> bytes:
    keys, ts = entries
    return _HEAD.pack(_VERSION, since) + keys.astype("<u8").tobytes() + ts.astype("<i8").tobytes()


def _from_bytes(data: bytes) -> tuple[int, Entries]:
    version, since = _HEAD.unpack_from(data)
    if version != _VERSION:
        raise StateVersionError(
            f"seen event ids of version {version}, this worker knows {_VERSION}"
        )
    count = (len(data) - _HEAD.size) // 16
    keys = np.frombuffer(data, "<u8", count, _HEAD.size).astype(np.uint64)
    ts = np.frombuffer(data, "<i8", count, _HEAD.size + 8 * count).astype(np.int64)
    return since, (keys, ts)
