"""Who was erased in the last day: salted hashes alone, to drop what still comes from before."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from features.growing import extended, roomier
from features.hash_index import HashIndex
from features.hashing import IntArray, U64Array, combine

__all__ = ["Erasures"]

_RECORD = struct.Struct("<qq")
_KEEP_MS = 24 * 3_600_000


class Erasures:
    """Salted user hash to the time of the erasure, forgotten 24 h after it arrived.

    Without the salt an entry cannot be tied to an id, even by who could guess ids; keep the salt
    apart from the state, and the same across restarts.

    >>> erasures = Erasures(salt=42)
    >>> erasures.add(7, erase_ts=100, now=110)
    True
    >>> erasures.erased(np.array([7, 7, 8], np.uint64), np.array([99, 100, 99])).tolist()
    [True, False, False]
    """

    def __init__(self, salt: int) -> None:
        self._salt = salt
        self._entries: dict[int, tuple[int, int]] = {}
        self._places = HashIndex()
        self._ts = np.zeros(64, np.int64)
        self._free: list[int] = []
        self._changed: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, user_h: int, erase_ts: int, now: int) -> bool:
        """Remember an erasure (epoch ms) that arrived `now`; say whether it is news.

        It is none when the same or a later one is known: what came after that is another user.
        """
        key = int(self._salted(np.array([user_h], dtype=np.uint64))[0])
        if key in self._entries and self._entries[key][0] >= erase_ts:
            return False
        self._set(key, erase_ts, now + _KEEP_MS)
        self._changed[key] = None
        return True

    def erased(self, user_h: U64Array, ts: IntArray) -> npt.NDArray[np.bool_]:
        """Return which events are older than the erasure of their user, bool[n]."""
        if not self._entries:
            return np.zeros(len(ts), dtype=np.bool_)
        places = self._places.get(self._salted(user_h))
        return (places >= 0) & (ts < self._ts[places])

    def expire(self, now: int) -> None:
        """Forget the entries whose time is over at `now` (epoch ms)."""
        for key in [key for key, (_, until) in self._entries.items() if until < now]:
            self._forget(key)
            self._changed[key] = None

    def take_changed(self) -> list[tuple[bytes, bytes | None]]:
        """Return (salted hash, record) of what changed since the last call; `None` = forgotten."""
        changed: list[tuple[bytes, bytes | None]] = []
        for key in self._changed:
            entry = self._entries.get(key)
            record = None if entry is None else _RECORD.pack(*entry)
            changed.append((key.to_bytes(8, "little"), record))
        self._changed.clear()
        return changed

    def restore(self, key: bytes, record: bytes | None) -> None:
        """Put back what `take_changed` gave."""
        if record is None:
            self._forget(int.from_bytes(key, "little"))
        else:
            self._set(int.from_bytes(key, "little"), *_RECORD.unpack(record))

    def _set(self, key: int, erase_ts: int, until: int) -> None:
        hashes = np.array([key], dtype=np.uint64)
        (place,) = self._places.get(hashes).tolist()
        if place < 0:
            place = self._free.pop() if self._free else len(self._entries)
            self._ts = extended(self._ts, roomier(len(self._ts), place + 1))
            self._places.put(hashes, np.array([place]))
        self._ts[place] = erase_ts
        self._entries[key] = erase_ts, until

    def _forget(self, key: int) -> None:
        if self._entries.pop(key, None) is not None:
            hashes = np.array([key], dtype=np.uint64)
            self._free += self._places.get(hashes).tolist()
            self._places.remove(hashes)

    def _salted(self, user_h: U64Array) -> U64Array:
        keys = combine(user_h, self._salt, user_h)
        keys[keys == 0] = 1
        return keys
