"""What ties users to things: one growing table of (slot, target) pairs, found by hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from features.changed_places import ChangedPlaces
from features.compiled import compiled
from features.growing import extended, roomier, untouched
from features.hash_index import HashIndex
from features.hashing import IntArray, U64Array
from features.mixing import pair_hash
from features.opaque import opaque, put_structs, take_structs
from features.pair_records import decode_pairs, encode_pairs
from features.raw_records import RawRecords
from features.row import Rows
from features.user_ids import UserIds

__all__ = ["Edges", "Signals"]

_FIRST_CAPACITY = 1 << 17
_Slots = IntArray | npt.NDArray[np.int32]
_WORTH_A_SCAN = 32
"""A look through so many pairs costs what finding one by its hash does."""
_NOBODY: tuple[int, npt.NDArray[np.int32]] = (-1, np.full(1, -1, np.int32))


class Signals(NamedTuple):
    """Pairs that were switched on: `slots` int64[n], `targets` uint64[n]."""

    slots: IntArray
    targets: U64Array

    @classmethod
    def joined(cls, batches: Sequence[Signals]) -> Signals:
        """Return one after the other what `batches` hold."""
        return cls(
            np.concatenate([np.empty(0, np.int64), *(batch.slots for batch in batches)]),
            np.concatenate([np.empty(0, np.uint64), *(batch.targets for batch in batches)]),
        )

    def take(self, chosen: npt.NDArray[np.bool_]) -> Signals:
        """Return the `chosen` pairs, bool[n]."""
        return Signals(self.slots[chosen], self.targets[chosen])


class Edges:
    """Pairs of a user's slot and a target's hash, each with a struct of one dtype.

    The kinds are subclasses: `Follows` of hosts, `Touches` of streams. `default`: the struct
    (shape (1,)) of a pair that is not there.
    """

    KIND: ClassVar[bytes]
    """The first two bytes of the record keys, which also name the format."""

    def __init__(self, default: Rows) -> None:
        self._default = default
        self.rows: Rows = untouched(_FIRST_CAPACITY, default.dtype)
        self._slots = untouched(_FIRST_CAPACITY, np.int32)
        self._targets = untouched(_FIRST_CAPACITY, np.uint64)
        self._changed = ChangedPlaces(_FIRST_CAPACITY)
        self._used = 0
        self._free: IntArray = np.empty(0, dtype=np.int64)
        self._index = HashIndex()
        self._tombstones: dict[bytes, None] = {}
        self._signals: list[Signals] = []
        self._last_asked = _NOBODY

    def __len__(self) -> int:
        return self._used - len(self._free)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        held = (self.rows, self._slots, self._targets, self._changed, self._index)
        return sum(each.nbytes for each in held)

    def lookup(self, slots: IntArray, targets: U64Array | int) -> Rows:
        """Return a copy of the struct of each pair, the default where there is none.

        `targets`: one a slot, or one for all of them.
        """
        places = self._found(slots, targets)
        found = take_structs(self.rows, places)
        opaque(found)[places < 0] = opaque(self._default)
        return found

    def slots_with(self, target: int) -> IntArray:
        """Return the slots that have a pair with the target, int64[k], in no telling order."""
        return self._slots[self._places_with(target)].astype(np.int64)

    def remove_slots(self, slots: IntArray, ids: UserIds) -> None:
        """Forget all pairs of these slots; `take_changed` reports tombstones for `ids[slot]`."""
        self._entomb(np.flatnonzero(self._of_slots(slots)), ids)
        self._signals = [batch.take(~np.isin(batch.slots, slots)) for batch in self._signals]

    def take_changed(self, ids: UserIds) -> list[RawRecords]:
        """Return the records of pairs that changed since the last call; null = gone.

        The key is kind, target (8 bytes, little endian), user id; the value the struct's bytes.
        """
        changed = self._records(self._changed.take(), ids)
        gone = list(self._tombstones)
        self._tombstones.clear()
        if gone:
            made_anew = set(changed.keys())
            gone = [key for key in gone if key not in made_anew]
        chunks = [RawRecords.of(gone, [None] * len(gone)), changed]
        return [chunk for chunk in chunks if len(chunk)]

    def restore(self, slots: IntArray, targets: U64Array, records: RawRecords) -> None:
        """Put records of `take_changed`, none null, back; of a pair that comes twice the last.

        Raises `StateVersionError` for structs that this release cannot read.
        """
        structs = decode_pairs(self.KIND, records, self.rows.dtype)
        places = self._places(slots, targets)
        put_structs(self.rows, places, structs)
        self._changed.discard(places)

    def remove_restored(self, slots: IntArray, targets: U64Array) -> None:
        """Forget pairs, where known, without a new tombstone: one was read."""
        places = self._index.get(_pair_hashes(slots, targets))
        self._drop(np.unique(places[places >= 0]))

    def remove_restored_slots(self, slots: IntArray) -> None:
        """Forget all pairs of these slots without tombstones: the user's one was read."""
        self._drop(np.flatnonzero(self._of_slots(slots)))

    def take_signals(self) -> Signals:
        """Return the pairs that were switched on since the last call."""
        taken, self._signals = self._signals, []
        return Signals.joined(taken)

    def with_flag(self, slots: IntArray, flag: int) -> Signals:
        """Return the pairs of these slots that have `flag`."""
        places = np.flatnonzero(self._of_slots(slots)) if len(slots) else slots
        return self._pairs(places[self.rows["flags"][places] & flag != 0])

    def _signal(self, places: IntArray) -> None:
        """Tell of pairs that are switched on."""
        if len(places):
            self._signals.append(self._pairs(places))

    def _pairs(self, places: IntArray) -> Signals:
        return Signals(self._slots[places].astype(np.int64), self._targets[places])

    def _places_with(self, target: int) -> IntArray:
        used = slice(0, self._used)
        return np.flatnonzero((self._targets[used] == np.uint64(target)) & (self._slots[used] >= 0))

    def _places(self, slots: IntArray, targets: U64Array) -> IntArray:
        """Return the place of each pair, after adding the unknown ones with the default.

        Who changes a struct, a new one too, says so with `_changed.add`.
        """
        reused = self._free[::-1][: len(slots)]
        fresh = np.arange(self._used, self._used + len(slots) - len(reused))
        spare = np.concatenate([reused, fresh])
        places, added = self._index.get_or_put(_pair_hashes(slots, targets), spare)
        if len(added):
            self._last_asked = _NOBODY
            self._free = self._free[: max(len(self._free) - len(added), 0)]
            self._used += max(len(added) - len(reused), 0)
            self._grow()
            new = spare[: len(added)]
            self._slots[new] = slots[added]
            self._targets[new] = targets[added]
            put_structs(self.rows, new, self._default)
        return places

    def _found(self, slots: IntArray, targets: U64Array | int) -> IntArray | npt.NDArray[np.int32]:
        """Return the place of each pair, -1 where there is none."""
        if isinstance(targets, int):
            if self._last_asked[0] != targets and len(slots) > self._used // _WORTH_A_SCAN:
                self._last_asked = targets, self._by_slot(targets)
            if self._last_asked[0] == targets:
                by_slot = self._last_asked[1]
                return by_slot[np.minimum(slots, len(by_slot) - 1)]
        return self._index.get(_pair_hashes(slots, targets))

    def _by_slot(self, target: int) -> npt.NDArray[np.int32]:
        """Return the place of each slot's pair with the target; -1 without one, and at the end."""
        places = self._places_with(target)
        owners = self._slots[places]
        by_slot = np.full(int(owners.max(initial=-1)) + 2, -1, np.int32)
        by_slot[owners] = places
        return by_slot

    def _grow(self) -> None:
        capacity = roomier(len(self.rows), self._used)
        self.rows = extended(self.rows, capacity)
        self._slots = extended(self._slots, capacity)
        self._targets = extended(self._targets, capacity)
        self._changed.extend(capacity)

    def _drop(self, places: IntArray) -> None:
        self._last_asked = _NOBODY
        self._index.remove(_pair_hashes(self._slots[places], self._targets[places]))
        self._slots[places] = -1
        self._changed.discard(places)
        self._free = np.concatenate([self._free, places])

    def _of_slots(self, slots: IntArray) -> npt.NDArray[np.bool_]:
        owners = self._slots[: self._used]
        if len(slots) == 1:
            return np.asarray(owners == slots[0])
        return np.isin(owners, slots)

    def _records(self, places: IntArray, ids: UserIds) -> RawRecords:
        user_ids = ids.texts(self._slots[places].astype(np.int64))
        return encode_pairs(self.KIND, user_ids, self._targets[places], self.rows, places)

    def _entomb(self, places: IntArray, ids: UserIds) -> None:
        """Forget pairs, with tombstones."""
        keys = self._records(places, ids).keys()
        self._tombstones.update((key, None) for key in keys if key is not None)
        self._drop(places)


def _pair_hashes(slots: _Slots, targets: U64Array | int) -> U64Array:
    hashes = np.empty(len(slots), np.uint64)
    one = np.array([targets], np.uint64) if isinstance(targets, int) else targets
    _hash(slots.astype(np.int64, copy=False), one, hashes)
    return hashes


@compiled
def _hash(slots: IntArray, targets: U64Array, hashes: U64Array) -> None:
    step = 0 if len(targets) == 1 else 1
    for number in range(len(slots)):
        hashes[number] = pair_hash(np.uint64(slots[number]), targets[number * step])
