"""What one partition knows of its users: the composition of its memories, and their records.

Keys of the `state` topic: a user row has its user id in UTF-8; all else starts with 0xFF, which
no UTF-8 text does, then a letter that names kind and format.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.dedup import Dedup
from features.edges import Edges
from features.erasures import Erasures
from features.errors import StateVersionError
from features.follows import Follows
from features.hashing import IntArray, U64Array, hash64
from features.raw_records import NO_BYTES, RawRecords
from features.reminded import Reminded
from features.texts import Texts
from features.touches import Touches
from features.user_table import UserTable

__all__ = ["DEDUP_KIND", "ERASURE_KIND", "Record", "UserState", "are_rows", "owns_key"]

Record = tuple[bytes, bytes | None]

_OTHERS = 0xFF
DEDUP_KIND = b"\xffd"
ERASURE_KIND = b"\xffe"
_KINDS = (Follows.KIND, Touches.KIND, Reminded.KIND, DEDUP_KIND, ERASURE_KIND)
_TOUCH_MS = 400 * 86_400_000
"""How long a touched stream is remembered after the newest touch: what "ever" means in the rule
that nobody is invited to a stream they reserved, entered or watched. A pair of user and stream
takes about 68 bytes, so ten touched streams a user and month take about 9 kB a user."""


def are_rows(records: RawRecords) -> npt.NDArray[np.bool_]:
    """Return which records, none with a null key, are those of user rows, bool[n]."""
    rows = np.ones(len(records), np.bool_)
    held = np.flatnonzero(records.key_size > 0)
    rows[held] = records.data[records.key_at[held]] != _OTHERS
    return rows


def owns_key(key: bytes) -> bool:
    """Return whether a key of `state` is one of `UserState`'s."""
    return key[:1] != b"\xff" or key[:2] in _KINDS


class UserState:
    """Users, whom they follow, which streams they touched, what they were sent, events, erasures.

    `users`: an empty table. `window_ms`: the deduplication window. `salt`: see `Erasures`.
    """

    def __init__(self, users: UserTable, window_ms: int, salt: int) -> None:
        self.users = users
        self.follows = Follows()
        self.touches = Touches()
        self.reminded = Reminded()
        self._edges: tuple[Edges, ...] = (self.follows, self.touches, self.reminded)
        self.dedup = Dedup(window_ms)
        self.erasures = Erasures(salt)

    def take_changed(self, now: int) -> list[RawRecords]:
        """Return the records of all that changed since the last call; a null value = tombstone.

        `now`: the clock (epoch ms), which dates what is kept for a time.
        """
        changed: list[Record] = []
        for edges in self._edges:
            changed += edges.take_changed(self.users.ids)
        block = self.dedup.take_block(now)
        if block is not None:
            changed.append((_block_key(block[0]), block[1]))
        changed += [(_block_key(number), None) for number in self.dedup.blocks_to_drop()]
        changed += [(ERASURE_KIND + key, value) for key, value in self.erasures.take_changed()]
        others = RawRecords.of([key for key, _ in changed], [value for _, value in changed])
        return [*self.users.take_changed(), others] if changed else self.users.take_changed()

    def restore(self, records: RawRecords) -> None:
        """Apply records in the order in which they were written; call it once a chunk.

        Raises `StateVersionError` for what this release cannot read; see `owns_key`.
        """
        rows = are_rows(records)
        pairs, start, seen = np.cumsum(~rows), 0, 0
        for place in np.flatnonzero(rows & (records.value_size == NO_BYTES)).tolist():
            # A removed user takes along only the pairs that were written before.
            if pairs[place] > seen:
                self._restore_run(records.take(slice(start, place)), rows[start:place])
                start, seen = place, int(pairs[place])
        self._restore_run(records.take(slice(start, len(records))), rows[start:])

    def forget(self, user_id: str, erase_ts: int, now: int) -> bool:
        """Erase a user, known or not; false when this or a later erasure of them was done.

        `erase_ts`: time of the erasure; `now`: the clock; epoch ms.
        """
        if not self.erasures.add(hash64(user_id), erase_ts, now):
            return False
        slot = self.users.index.get(user_id)
        if slot is not None:
            self._remove(np.array([slot]))
        return True

    def evict(self, max_users: int) -> list[tuple[int, int]]:
        """Forget the longest idle users beyond `max_users`; return their (slot, user hash)."""
        excess = len(self.users) - max_users
        if excess <= 0:
            return []
        slots = self.users.longest_idle(excess)
        user_h = self.users.rows["user_h"][slots]
        self._remove(slots)
        return list(zip(slots.tolist(), user_h.tolist(), strict=True))

    def expire(self, now: int, open_streams: U64Array) -> None:
        """Forget what no decision asks for any more at `now` (epoch ms); touches after 400 days.

        `open_streams`: hashes of the streams that are still to come or live.
        """
        self.dedup.expire(now)
        self.erasures.expire(now)
        self.touches.expire(now - _TOUCH_MS, open_streams, self.users.ids)

    def _remove(self, slots: IntArray) -> None:
        for edges in self._edges:
            edges.remove_slots(slots, self.users.ids)
        for slot in slots.tolist():
            self.users.remove(slot)

    def _restore_run(self, records: RawRecords, rows: npt.NDArray[np.bool_]) -> None:
        others: dict[bytes, dict[bytes, bytes | None]] = {kind: {} for kind in _KINDS}
        for key, value in records.take(np.flatnonzero(~rows)).pairs():
            if key[:2] not in others:
                raise StateVersionError(
                    f"the state holds a record of an unknown kind, {key[:2]!r}: "
                    "start a worker of the release that wrote it, or a newer one"
                )
            others[key[:2]][key] = value
        self._restore_users(records.take(np.flatnonzero(rows)))
        for edges in self._edges:
            self._restore_edges(edges, others[edges.KIND])
        for key, value in others[DEDUP_KIND].items():
            number = int.from_bytes(key[2:], "big")
            if value is None:
                self.dedup.drop_block(number)
            else:
                self.dedup.restore_block(number, value)
        for key, value in others[ERASURE_KIND].items():
            self.erasures.restore(key[2:], value)

    def _restore_users(self, records: RawRecords) -> None:
        gone = records.value_size == NO_BYTES
        if gone.any():
            user_ids = Texts(records.data, records.key_at, records.key_size)
            hashes = user_ids.hashes()
            _, back = np.unique(hashes[::-1], return_index=True)
            newest = np.sort(len(records) - 1 - back)
            doomed = newest[gone[newest]]
            slots = self.users.slots_of_texts(user_ids.take(doomed), hashes[doomed], create=False)
            for edges in self._edges:
                edges.remove_restored_slots(slots[slots >= 0])
            self.users.remove_restored(slots[slots >= 0])
            records = records.take(newest[~gone[newest]])
        self.users.restore(records)

    def _restore_edges(self, edges: Edges, records: dict[bytes, bytes | None]) -> None:
        user_ids, targets = edges.split_keys([key for key, value in records.items() if not value])
        slots = self.users.slots_of(user_ids, create=False)
        edges.remove_restored(slots[slots >= 0], targets[slots >= 0])
        kept = [(key, value) for key, value in records.items() if value]
        user_ids, targets = edges.split_keys([key for key, _ in kept])
        slots = self.users.slots_of(user_ids, create=True)
        self.users.unmark(slots)
        edges.restore_many(slots, targets, [value for _, value in kept])


def _block_key(number: int) -> bytes:
    return DEDUP_KIND + number.to_bytes(4, "big")
