"""The users of one partition: rows, ids, zones, locales and profiles, by slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from features.changed_places import ChangedPlaces
from features.coded import Coded
from features.growing import extended, roomier, untouched
from features.hashing import IntArray, U64Array, hash64_many
from features.opaque import put_structs
from features.profile_blob import PROFILE_FIELDS, ProfileBlob
from features.profile_fields import newest_ts, texts_of
from features.profile_updates import merged, set_declared, set_segments
from features.profiles import Profiles, renewed
from features.raw_records import RawRecords
from features.row import (
    NEVER,
    OWN_QUIET_HOURS,
    ROW,
    Rows,
    blank_row,
)
from features.row_records import encode_rows, put_rows
from features.texts import Texts
from features.user_index import UserIndex
from features.zones import Zones, is_zone

__all__ = ["Accept", "UserTable"]

Accept: TypeAlias = Callable[[list[str]], npt.NDArray[np.bool_]]

_FIRST_CAPACITY = 1 << 17
_ROWS_AT_ONCE = 1 << 14
"""So many records take some megabytes: memory of that size is at hand from those before."""


class UserTable:
    """Rows of dtype `ROW` with one slot a user; a slot is only a place, and changes at a restore.

    `rows`, `zone` (code in `zones`), `locale` (code in `locales`), `ids` and `profiles` are indexed
    by slot and valid where `ids[slot]` is not `None`. Arrays are replaced when they grow: never
    keep one across `slots_of(..., create=True)`.

    `default_quiet`: local minutes of the day, equal = none.

    >>> users = UserTable("Asia/Shanghai", "zh-CN", (1320, 480))
    >>> users.slots_of(["ann", "bob", "ann"], create=True).tolist(), len(users)
    ([0, 1, 0], 2)
    """

    def __init__(
        self,
        default_timezone: str,
        default_locale: str,
        default_quiet: tuple[int, int],
        zones: Zones | None = None,
    ) -> None:
        self.zones = Zones() if zones is None else zones
        self.locales = [default_locale]
        self.index = UserIndex()
        self.ids = self.index.ids
        self.profiles = Profiles()
        self.rows: Rows = untouched(_FIRST_CAPACITY, ROW)
        self.zone: npt.NDArray[np.int16] = untouched(_FIRST_CAPACITY, np.int16)
        self.locale: npt.NDArray[np.int32] = untouched(_FIRST_CAPACITY, np.int32)
        self._default_zone = self.zones.code(default_timezone)
        self._locale_codes = {default_locale: 0}
        self._blank = blank_row(default_quiet)
        self._changed = ChangedPlaces(_FIRST_CAPACITY)
        self._removed: dict[str, None] = {}
        self._free: list[int] = []
        self._live: IntArray | None = None

    def __len__(self) -> int:
        return len(self.ids) - len(self._free)

    def slots_of(
        self,
        user_ids: Sequence[str],
        create: bool,
        accept: Accept | None = None,
        hashes: U64Array | None = None,
    ) -> IntArray:
        """Return the slot of each user, like `slots_of_texts`; `hashes` spare a second hashing."""
        if hashes is None:
            hashes = hash64_many(user_ids)
        return self.slots_of_texts(Texts.of(user_ids), hashes, create, accept)

    def slots_of_texts(
        self, user_ids: Texts, hashes: U64Array, create: bool, accept: Accept | None = None
    ) -> IntArray:
        """Return the slot of each user, -1 where there is none, int64[n]; `hashes` of the ids.

        With `create`, unknown users get a blank row, after `accept`, if given, was asked about
        each of them once (ids in, bool[k] out); those that it refuses stay at -1, and so does
        one whose 64-bit hash is another user's.
        """
        slots = self.index.find(user_ids, hashes)
        unknown = np.flatnonzero(slots < 0) if create else slots[:0]
        if len(unknown):
            free = unknown[self.index.by_hash(hashes[unknown]) < 0]
            _, first = np.unique(hashes[free], return_index=True)
            new = free[np.sort(first)]
            if accept is not None and len(new):
                new = new[accept(user_ids.take(new).strings())]
            self._create(user_ids.take(new), hashes[new])
            slots[unknown] = self.index.find(user_ids.take(unknown), hashes[unknown])
        return slots

    def live_slots(self) -> IntArray:
        """Return the slots in use, ordered by user hash, int64[n], read-only."""
        if self._live is None:
            slots = np.flatnonzero(self.rows["version"][: len(self.ids)])
            self._live = slots[np.argsort(self.rows["user_h"][slots], kind="stable")]
            self._live.flags.writeable = False
        return self._live

    def slot_by_hash(self, user_h: U64Array) -> IntArray:
        """Return the slot of the user with each hash, -1 where there is none, int64[n]."""
        return self.index.by_hash(user_h)

    def mark(self, slots: IntArray) -> None:
        """Say that the rows or profiles of these slots have changed."""
        self._changed.add(slots)

    def unmark(self, slots: IntArray) -> None:
        """Say that what these slots hold is what the state holds."""
        self._changed.discard(slots)

    def remove(self, slot: int) -> None:
        """Forget a user; `take_changed` reports a tombstone, the slot will be used again."""
        self._removed[self._drop(slot)] = None

    def remove_restored(self, slots: IntArray) -> None:
        """Forget users without a new tombstone: one was read."""
        for slot in slots.tolist():
            self._drop(slot)

    def changed_slots(self) -> IntArray:
        """Return the slots that `take_changed` will report next, int64[n]."""
        return self._changed.listed()

    def take_changed(self) -> list[RawRecords]:
        """Return what changed since the last call, a record a user by id; null = removed.

        A value is the row's bytes, then the profile blob, if any.
        """
        gone = [user_id for user_id in self._removed if self.index.get(user_id) is None]
        self._removed.clear()
        keys = [user_id.encode() for user_id in gone]
        chunks = [RawRecords.of(keys, [None] * len(keys))]
        slots = self._changed.take()
        for first in range(0, len(slots), _ROWS_AT_ONCE):
            part = slots[first : first + _ROWS_AT_ONCE]
            ids, blobs = self.ids.texts(part), self.profiles.blobs(part)
            chunks.append(encode_rows(self.rows, part, ids, blobs))
        return [chunk for chunk in chunks if len(chunk)]

    def restore(self, records: RawRecords) -> None:
        """Put records of users back, none null; of a user that comes twice the last one stays.

        Raises `StateVersionError` for rows that this release cannot read.
        """
        user_ids = Texts(records.data, records.key_at, records.key_size)
        slots = self.slots_of_texts(user_ids, user_ids.hashes(), create=True)
        if not len(slots):
            return
        if slots.min() < 0:
            raise ValueError("two users of the state have the same 64-bit hash")
        tails, older = put_rows(records, self.rows, slots)
        own_hours = self.rows["flags"][slots] & OWN_QUIET_HOURS
        for name in ("quiet_start", "quiet_end"):
            self.rows[name][slots[own_hours == 0]] = self._blank[name][0]
        blobs = renewed(tails)
        news = np.flatnonzero(self.profiles.put(slots, blobs))
        self._locate(slots[news], blobs.take(news))
        self._complete(slots[older], blobs.take(older))
        self.unmark(slots)

    def _locate(self, slots: IntArray, blobs: Texts) -> None:
        """Take zones and locales over from the profiles."""
        names, which = _each_once(texts_of(blobs, "timezone"))
        self.zone[slots] = np.array([self._zone_code(name) for name in names], np.int64)[which]
        names, which = _each_once(texts_of(blobs, "locale"))
        self.locale[slots] = np.array([self._locale_code(name) for name in names], np.int64)[which]

    def _complete(self, slots: IntArray, blobs: Texts) -> None:
        """Put region and age band from the profiles into rows of versions without them."""
        regions, ages = texts_of(blobs, "region"), texts_of(blobs, "age_band")
        set_segments(self.rows, slots, regions, ages)

    def profile_of(self, slot: int) -> ProfileBlob:
        """Return what the user said about themselves; empty where nothing is known."""
        return self.profiles.get(slot)

    def nicknames(self, slots: IntArray) -> Texts:
        """Return the nickname of each user, empty where there is none."""
        return texts_of(self.profiles.blobs(slots), "nickname").packed()

    def profile_ts(self, slots: IntArray, names: Sequence[str]) -> IntArray:
        """Return int64[n], epoch ms: when the last of these fields was set, 0 where none was."""
        return newest_ts(self.profiles.blobs(slots), names)

    def locale_names(self, slots: IntArray) -> list[str]:
        """Return the locale of each user, the default where they chose none."""
        return list(self.locales_of(slots))

    def locales_of(self, slots: IntArray) -> Coded[str]:
        """Return `locale_names` as codes into the locales."""
        return Coded(self.locales, self.locale[slots].astype(np.int64))

    def apply_profile_update(self, slot: int, ts: int, fields: Mapping[str, object]) -> bool:
        """Take the fields of one profile record, like `apply_profile_updates`; any taken?"""
        return bool(self.apply_profile_updates(np.array([slot]), [ts], [fields]))

    def apply_profile_updates(
        self, slots: IntArray, ts: Sequence[int], fields: Sequence[Mapping[str, object]]
    ) -> int:
        """Take the fields of n profile records, each unless a later one is known.

        `fields`: those of `PROFILE_FIELDS` that a record has, `None` for null. Zones must be
        valid (`is_zone`), quiet hours `{"start": "HH:MM", "end": "HH:MM"}`. Returns how many
        users' profiles changed.
        """
        changed = merged(slots, ts, fields, self.profile_of)
        if changed:
            places, blobs = np.fromiter(changed, np.int64, len(changed)), list(changed.values())
            self.profiles.put_all(places, blobs)
            self.zone[places] = [self._zone_code(blob.text("timezone")) for blob in blobs]
            self.locale[places] = [self._locale_code(blob.text("locale")) for blob in blobs]
            set_declared(self.rows, places, blobs)
            self.mark(places)
        return len(changed)

    def longest_idle(self, count: int) -> IntArray:
        """Return the slots of the users who did or changed nothing for longest, int64[k]."""
        slots = self.live_slots()
        seen = self.rows["last_ts"][slots]
        never = np.flatnonzero(seen == NEVER)
        blobs = self.profiles.blobs(slots[never])
        told = blobs.size > 0
        seen[never[told]] = newest_ts(blobs, PROFILE_FIELDS)[told]
        return slots[np.argsort(seen, kind="stable")[:count]]

    def _create(self, user_ids: Texts, hashes: U64Array) -> None:
        reused = [self._free.pop() for _ in range(min(len(self._free), len(user_ids)))]
        fresh = range(len(self.ids), len(self.ids) + len(user_ids) - len(reused))
        self.ids.extend(len(fresh))
        self._grow(len(self.ids))
        slots = np.array([*reused, *fresh], dtype=np.int64)
        self.index.add(user_ids, hashes, slots)
        put_structs(self.rows, slots, self._blank)
        self.rows["user_h"][slots] = hashes
        self.zone[slots] = self._default_zone
        self.locale[slots] = 0
        self._changed.add(slots)
        self._live = None

    def _grow(self, needed: int) -> None:
        capacity = roomier(len(self.rows), needed)
        if capacity > len(self.rows):
            self.rows = extended(self.rows, capacity)
            self.zone = extended(self.zone, capacity)
            self.locale = extended(self.locale, capacity)
            self._changed.extend(capacity)
            self.profiles.extend(capacity)

    def _drop(self, slot: int) -> str:
        user_id = self.index.drop(slot)
        self.profiles.drop(slot)
        self.rows[slot] = 0
        self.unmark(np.array([slot]))
        self._free.append(slot)
        self._live = None
        return user_id

    def _zone_code(self, name: str | None) -> int:
        return self.zones.code(name) if name and is_zone(name) else self._default_zone

    def _locale_code(self, name: str | None) -> int:
        if not name:
            return 0
        code = self._locale_codes.setdefault(name, len(self.locales))
        if code == len(self.locales):
            self.locales.append(name)
        return code


def _each_once(texts: Texts) -> tuple[list[str], IntArray]:
    """Return the different texts, and of each text which of them it is, int64[n]."""
    _, first, which = np.unique(texts.hashes(), return_index=True, return_inverse=True)
    return texts.take(first).strings(), which
