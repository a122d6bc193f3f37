"""The profiles of the users of a partition, by slot, in one arena of bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.byte_arena import ByteArena
from features.hashing import IntArray
from features.profile_blob import ProfileBlob
from features.texts import Texts

__all__ = ["Profiles", "renewed"]

_MAP_HEADS = (0x80, 0x8F, 0xDE, 0xDF)


class Profiles:
    """`ProfileBlob`s by slot, encoded: 12 bytes a slot and what the user said.

    >>> profiles = Profiles()
    >>> profiles.extend(2)
    >>> profiles.put_all(np.array([1]), [ProfileBlob({"nickname": (5, "Ann")})])
    >>> profiles.get(0).fields, profiles.get(1).fields
    ({}, {'nickname': (5, 'Ann')})
    >>> profiles.blobs(np.array([1, 0])).size.tolist()
    [8, 0]
    """

    def __init__(self) -> None:
        self._arena = ByteArena(np.uint32)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, room that was never used counted in."""
        return self._arena.nbytes

    def extend(self, slots: int) -> None:
        """Make room for so many slots in all."""
        self._arena.extend(slots)

    def get(self, slot: int) -> ProfileBlob:
        """Return what the user said about themselves; empty where nothing is known."""
        at, size = int(self._arena.at[slot]), int(self._arena.size[slot])
        if size == 0:
            return ProfileBlob()
        return ProfileBlob.from_bytes(self._arena.data[at : at + size].tobytes())

    def blobs(self, slots: IntArray) -> Texts:
        """Return the encoded profiles, of 0 bytes where nothing is known, until one is put."""
        return self._arena.texts(slots)

    def put_all(self, slots: IntArray, blobs: Sequence[ProfileBlob]) -> None:
        """Keep what users said about themselves."""
        parts = [blob.to_bytes() for blob in blobs]
        size = np.fromiter(map(len, parts), np.int64, len(parts))
        data = np.frombuffer(b"".join(parts), np.uint8)
        self.put(slots, Texts(data, np.cumsum(size) - size, size))

    def put(self, slots: IntArray, blobs: Texts) -> npt.NDArray[np.bool_]:
        """Keep encoded profiles, of 0 bytes for none; of a slot that comes twice the last one.

        Returns which of them were not there yet, bool[n].
        """
        return self._arena.put(slots, blobs)

    def drop(self, slot: int) -> None:
        """Forget what a user said about themselves."""
        self._arena.drop(slot)


def renewed(blobs: Texts) -> Texts:
    """Return encoded profiles in today's form, whatever release wrote them."""
    first = np.zeros(len(blobs), np.uint8)
    held = np.flatnonzero(blobs.size > 0)
    first[held] = blobs.data[blobs.at[held]]
    low, high, map_16, map_32 = _MAP_HEADS
    old = np.flatnonzero(((first >= low) & (first <= high)) | (first == map_16) | (first == map_32))
    if not len(old):
        return blobs
    parts = [
        ProfileBlob.from_bytes(blobs.data[at : at + size].tobytes()).to_bytes()
        for at, size in zip(blobs.at[old].tolist(), blobs.size[old].tolist(), strict=True)
    ]
    at, size = blobs.at.copy(), blobs.size.copy()
    size[old] = [len(part) for part in parts]
    at[old] = len(blobs.data) + np.cumsum(size[old]) - size[old]
    data = np.concatenate([blobs.data, np.frombuffer(b"".join(parts), np.uint8)])
    data.flags.writeable = False
    return Texts(data, at, size)
