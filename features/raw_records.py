"""Kafka records as columns over one buffer, without a Python object a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.hashing import IntArray

__all__ = ["NO_BYTES", "NO_TIMESTAMP", "RawRecords"]

NO_BYTES = -1
"""The size of a key or value that is null."""

NO_TIMESTAMP = -1
"""The timestamp of a record that has none, as Kafka has it."""


@dataclass(frozen=True, slots=True, eq=False)
class RawRecords:
    """Records of one topic partition, offsets ascending, holes possible.

    Attributes
    ----------
    data : uint8[bytes], what `key_at` and `value_at` point into; other bytes may lie between.
    offset : int64[n], Kafka's.
    timestamp : int64[n], epoch ms, when the record was produced; `NO_TIMESTAMP` where not known.
    key_at, key_size, value_at, value_size : int64[n] each, in bytes; a size of `NO_BYTES` is null.

    >>> records = RawRecords.of([b"ann", None], [b"{}", None], first_offset=7)
    >>> records.key(0), records.value(1), records.offset.tolist()
    (b'ann', None, [7, 8])
    """

    data: npt.NDArray[np.uint8]
    offset: IntArray
    timestamp: IntArray
    key_at: IntArray
    key_size: IntArray
    value_at: IntArray
    value_size: IntArray

    @classmethod
    def of(
        cls,
        keys: Sequence[bytes | None],
        values: Sequence[bytes | None],
        first_offset: int = 0,
    ) -> RawRecords:
        """Lay keys and values, of one length, out in a buffer of their own."""
        parts = [*keys, *values]
        size = np.array([NO_BYTES if part is None else len(part) for part in parts], np.int64)
        held = np.maximum(size, 0)
        at = np.cumsum(held) - held
        count = len(keys)
        return cls(
            data=np.frombuffer(b"".join([part or b"" for part in parts]), np.uint8),
            offset=np.arange(first_offset, first_offset + count),
            timestamp=np.full(count, NO_TIMESTAMP),
            key_at=at[:count],
            key_size=size[:count],
            value_at=at[count:],
            value_size=size[count:],
        )

    @classmethod
    def joined(cls, chunks: Sequence[RawRecords]) -> RawRecords:
        """Return one after the other what `chunks` hold; a single chunk is returned as it is."""
        if len(chunks) == 1:
            return chunks[0]
        if not chunks:
            return cls.of([], [])
        starts = np.cumsum([0, *(len(chunk.data) for chunk in chunks)]).tolist()
        data = np.concatenate([chunk.data for chunk in chunks])
        # As bytes are: loops over them are compiled for one of the two.
        data.flags.writeable = False
        return cls(
            data=data,
            offset=np.concatenate([chunk.offset for chunk in chunks]),
            timestamp=np.concatenate([chunk.timestamp for chunk in chunks]),
            key_at=np.concatenate([c.key_at + at for c, at in zip(chunks, starts, strict=False)]),
            key_size=np.concatenate([chunk.key_size for chunk in chunks]),
            value_at=np.concatenate(
                [c.value_at + at for c, at in zip(chunks, starts, strict=False)]
            ),
            value_size=np.concatenate([chunk.value_size for chunk in chunks]),
        )

    def __len__(self) -> int:
        return len(self.offset)

    def key(self, place: int) -> bytes | None:
        """Return the key of the record at `place`."""
        return self._bytes(int(self.key_at[place]), int(self.key_size[place]))

    def value(self, place: int) -> bytes | None:
        """Return the value of the record at `place`."""
        return self._bytes(int(self.value_at[place]), int(self.value_size[place]))

    def keys(self) -> list[bytes | None]:
        """Return every key as bytes: slow, for kinds of records that are few."""
        return self._each(self.key_at, self.key_size)

    def values(self) -> list[bytes | None]:
        """Return every value as bytes: slow, for kinds of records that are few."""
        return self._each(self.value_at, self.value_size)

    def pairs(self) -> list[tuple[bytes, bytes | None]]:
        """Return every key, empty where it is null, and value: slow, for records that are few."""
        return [(self.key(place) or b"", self.value(place)) for place in range(len(self))]

    def between(self, start: int, end: int) -> RawRecords:
        """Return the records with ``start <= offset < end``, over the same buffer."""
        first, last = np.searchsorted(self.offset, [start, end])
        return self.take(slice(int(first), int(last)))

    def take(self, places: slice | IntArray) -> RawRecords:
        """Return the records at `places`, over the same buffer."""
        return RawRecords(
            self.data,
            self.offset[places],
            self.timestamp[places],
            self.key_at[places],
            self.key_size[places],
            self.value_at[places],
            self.value_size[places],
        )

    def _each(self, at: IntArray, size: IntArray) -> list[bytes | None]:
        if not len(at):
            return []
        first = int(at.min())
        data = self.data[first : int((at + np.maximum(size, 0)).max())].tobytes()
        spans = zip((at - first).tolist(), (at - first + size).tolist(), strict=True)
        return [None if stop < start else data[start:stop] for start, stop in spans]

    def _bytes(self, at: int, size: int) -> bytes | None:
        return None if size == NO_BYTES else self.data[at : at + size].tobytes()
