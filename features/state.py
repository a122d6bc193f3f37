"""What one partition knows of its users: the composition of its memories, and their records.

Keys of the `state` topic: a user row has its user id in UTF-8; all else starts with 0xFF, which
no UTF-8 text does, then a letter that names kind and format.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from features.dedup import Dedup
from features.edges import Edges, Signals
from features.erasures import Erasures
from features.errors import StateVersionError
from features.follows import FOLLOWING, Follows
from features.hashing import IntArray, U64Array, hash64
from features.pair_records import pair_keys
from features.raw_records import NO_BYTES, RawRecords
from features.reminded import Reminded
from features.row import MUTED, PERSONALIZATION_OK, PUSH_OK
from features.signal_log import SignalLog
from features.texts import Texts
from features.touches import RESERVED, Touches
from features.user_table import UserTable

__all__ = [
    "DEDUP_KIND",
    "ERASURE_KIND",
    "SIGNAL_KIND",
    "Record",
    "UserState",
    "are_ours",
    "are_rows",
]

Record = tuple[bytes, bytes | None]

_OTHERS = 0xFF
DEDUP_KIND = b"\xffd"
ERASURE_KIND = b"\xffe"
SIGNAL_KIND = b"\xffn"
_KINDS = (Follows.KIND, Touches.KIND, Reminded.KIND, DEDUP_KIND, ERASURE_KIND, SIGNAL_KIND)
_RELEASED = 0
"""The kind of a signal that names no pair; the others have the letter of their pairs."""
_WILLING = PUSH_OK | PERSONALIZATION_OK
_CONSENT = _WILLING | MUTED
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


def are_ours(records: RawRecords) -> npt.NDArray[np.bool_]:
    """Return which records, none with a null key, are those of `UserState`, bool[n]."""
    ours = are_rows(records)
    others = np.flatnonzero(~ours & (records.key_size > 1))
    ours[others] = np.isin(_letters(records.take(others)), [kind[1] for kind in _KINDS])
    return ours


def _letters(records: RawRecords) -> npt.NDArray[np.uint8]:
    """Return the second byte of each key, which names the kind of all that is no row."""
    return records.data[records.key_at + 1]


def _newest(records: RawRecords) -> IntArray:
    """Return the places of records that no later one of the same key follows, int64[n]."""
    keys = Texts(records.data, records.key_at, records.key_size).hashes()
    _, back = np.unique(keys[::-1], return_index=True)
    return np.sort(len(records) - 1 - back)


class UserState:
    """Users, whom they follow, which streams they touched, what they were sent, events, erasures.

    `users`: an empty table. `window_ms`: the deduplication window; `most_ids`: how many event ids
    are remembered for it, None: any number. `salt`: see `Erasures`.
    """

    def __init__(
        self, users: UserTable, window_ms: int, salt: int, most_ids: int | None = None
    ) -> None:
        self.users = users
        self.follows = Follows()
        self.touches = Touches()
        self.reminded = Reminded()
        self._edges: tuple[Edges, ...] = (self.follows, self.touches, self.reminded)
        self.dedup = Dedup(window_ms, most_ids)
        self.erasures = Erasures(salt)
        self._log = SignalLog()

    def release(self, slots: IntArray) -> None:
        """Say that what forbade reminders to these users may forbid them no longer."""
        self._log.add(_RELEASED, self.users.rows["user_h"][slots], 0)

    def take_signals(self) -> tuple[Signals, Signals]:
        """Return who has reserved which stream, and who followed which host, since the last call.

        Of users who were released since then all that they have reserved and follow.
        """
        self._note_signals()
        told = self._log.take()
        slots = self.users.slot_by_hash(np.ascontiguousarray(told["user_h"]))
        told, slots = told[slots >= 0], slots[slots >= 0]
        released = np.unique(slots[told["kind"] == _RELEASED])
        reserved, followed = (
            Signals.joined(
                [
                    Signals(slots, told["target"]).take(told["kind"] == edges.KIND[1]),
                    edges.with_flag(released, flag),
                ]
            )
            for edges, flag in ((self.touches, RESERVED), (self.follows, FOLLOWING))
        )
        return reserved, followed

    def take_changed(self, now: int) -> list[RawRecords]:
        """Return the records of all that changed since the last call; a null value = tombstone.

        `now`: the clock (epoch ms), which dates what is kept for a time.
        """
        chunks = self.users.take_changed()
        for edges in self._edges:
            chunks += edges.take_changed(self.users.ids)
        self._note_signals()
        changed: list[Record] = [(SIGNAL_KIND + key, one) for key, one in self._log.take_changed()]
        while (block := self.dedup.take_block(now)) is not None:
            changed.append((_block_key(block[0]), block[1]))
        changed += [(_block_key(number), None) for number in self.dedup.blocks_to_drop()]
        changed += [(ERASURE_KIND + key, value) for key, value in self.erasures.take_changed()]
        if changed:
            chunks.append(RawRecords.of([key for key, _ in changed], [one for _, one in changed]))
        return chunks

    def restore(self, records: RawRecords) -> None:
        """Apply records in the order in which they were written; call it once a chunk.

        Raises `StateVersionError` for what this release cannot read; see `are_ours`.
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
        """Forget the longest idle users beyond `max_users`; return their (slot, user hash).

        Who refuses or has muted pushes, or refuses personalization, is kept: forgotten, they would
        be taken for people who never said so as soon as they come back.
        """
        excess = len(self.users) - max_users
        if excess <= 0:
            return []
        slots = self.users.longest_idle(len(self.users))
        refusal = self.users.rows["flags"][slots] & _CONSENT ^ _WILLING
        slots = slots[refusal == 0][:excess]
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

    def _note_signals(self) -> None:
        for edges in (self.touches, self.follows):
            switched = edges.take_signals()
            user_h = self.users.rows["user_h"][switched.slots]
            self._log.add(edges.KIND[1], user_h, switched.targets)

    def _remove(self, slots: IntArray) -> None:
        for edges in self._edges:
            edges.remove_slots(slots, self.users.ids)
        for slot in slots.tolist():
            self.users.remove(slot)

    def _restore_run(self, records: RawRecords, rows: npt.NDArray[np.bool_]) -> None:
        self._restore_users(records.take(np.flatnonzero(rows)))
        others = records.take(np.flatnonzero(~rows))
        known = are_ours(others)
        if not known.all():
            raise StateVersionError(
                f"a record of an unknown kind, {others.key(int(known.argmin()))!r}"
            )
        letters = _letters(others)
        for edges in self._edges:
            self._restore_edges(edges, others.take(np.flatnonzero(letters == edges.KIND[1])))
        for number, value in _last_of(others.take(np.flatnonzero(letters == DEDUP_KIND[1]))):
            if value is None:
                self.dedup.drop_block(int.from_bytes(number, "big"))
            else:
                self.dedup.restore_block(int.from_bytes(number, "big"), value)
        for key, value in _last_of(others.take(np.flatnonzero(letters == ERASURE_KIND[1]))):
            self.erasures.restore(key, value)
        for key, value in _last_of(others.take(np.flatnonzero(letters == SIGNAL_KIND[1]))):
            self._log.restore(key, value)

    def _restore_users(self, records: RawRecords) -> None:
        if (records.value_size == NO_BYTES).any():
            records = records.take(_newest(records))
            gone = records.value_size == NO_BYTES
            doomed = records.take(np.flatnonzero(gone))
            user_ids = Texts(doomed.data, doomed.key_at, doomed.key_size)
            slots = self.users.slots_of_texts(user_ids, user_ids.hashes(), create=False)
            for edges in self._edges:
                edges.remove_restored_slots(slots[slots >= 0])
            self.users.remove_restored(slots[slots >= 0])
            records = records.take(np.flatnonzero(~gone))
        self.users.restore(records)

    def _restore_edges(self, edges: Edges, records: RawRecords) -> None:
        if (records.value_size == NO_BYTES).any():
            records = records.take(_newest(records))
            gone = records.value_size == NO_BYTES
            user_ids, targets = pair_keys(records.take(np.flatnonzero(gone)))
            slots = self.users.slots_of_texts(user_ids, user_ids.hashes(), create=False)
            edges.remove_restored(slots[slots >= 0], targets[slots >= 0])
            records = records.take(np.flatnonzero(~gone))
        user_ids, targets = pair_keys(records)
        slots = self.users.slots_of_texts(user_ids, user_ids.hashes(), create=True)
        self.users.unmark(slots)
        edges.restore(slots, targets, records)


def _last_of(records: RawRecords) -> Iterable[tuple[bytes, bytes | None]]:
    """Return keys, each once and without its kind, and their last values."""
    return {key[2:]: value for key, value in records.pairs()}.items()


def _block_key(number: int) -> bytes:
    return DEDUP_KIND + number.to_bytes(4, "big")
