"""Raw records of one input topic that wait to be applied, in columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from streams.engine.batches import FetchedRecord

__all__ = ["RecordBuffer"]


class RecordBuffer:
    """Offsets, keys and values of fetched records, offsets ascending."""

    __slots__ = ("keys", "offsets", "values")

    def __init__(self) -> None:
        self.offsets: list[int] = []
        self.keys: list[bytes | None] = []
        self.values: list[bytes | None] = []

    def __len__(self) -> int:
        return len(self.offsets)

    def extend(self, records: Sequence[FetchedRecord], next_offset: int) -> None:
        """Append the records from `next_offset` on."""
        fresh = records
        if records and records[0].offset < next_offset:
            fresh = [record for record in records if record.offset >= next_offset]
        self.offsets.extend([record.offset for record in fresh])
        self.keys.extend([record.key for record in fresh])
        self.values.extend([record.value for record in fresh])

    def take_until(self, end_offset: int) -> RecordBuffer:
        """Remove and return the records before `end_offset`."""
        cut = bisect_left(self.offsets, end_offset)
        taken = RecordBuffer()
        taken.offsets, self.offsets = self.offsets[:cut], self.offsets[cut:]
        taken.keys, self.keys = self.keys[:cut], self.keys[cut:]
        taken.values, self.values = self.values[:cut], self.values[cut:]
        return taken

    def take_all(self) -> RecordBuffer:
        """Remove and return every record."""
        return self.take_until(self.offsets[-1] + 1) if self.offsets else RecordBuffer()
