"""Raw records of one input topic that wait to be applied."""

from __future__ import annotations

from features.raw_records import RawRecords

__all__ = ["NO_RECORDS", "RecordBuffer"]

NO_RECORDS = RawRecords.of([], [])


class RecordBuffer:
    """Fetched records, offsets ascending, in the chunks in which they came."""

    __slots__ = ("_chunks",)

    def __init__(self) -> None:
        self._chunks: list[RawRecords] = []

    def __len__(self) -> int:
        return sum(map(len, self._chunks))

    @property
    def nbytes(self) -> int:
        """Memory of keys and values."""
        return sum(chunk.data.nbytes for chunk in self._chunks)

    @property
    def first_offset(self) -> int | None:
        """Offset of the oldest record, None when there is none."""
        return int(self._chunks[0].offset[0]) if self._chunks else None

    def extend(self, records: RawRecords, next_offset: int) -> None:
        """Append the records from `next_offset` on."""
        if len(records) and records.offset[0] < next_offset:
            records = records.between(next_offset, int(records.offset[-1]) + 1)
        if len(records):
            self._chunks.append(records)

    def take_until(self, end_offset: int) -> RawRecords:
        """Remove and return the records before `end_offset`."""
        whole = 0
        while whole < len(self._chunks) and self._chunks[whole].offset[-1] < end_offset:
            whole += 1
        taken, self._chunks = self._chunks[:whole], self._chunks[whole:]
        if self._chunks and self._chunks[0].offset[0] < end_offset:
            cut = self._chunks[0]
            first, last = int(cut.offset[0]), int(cut.offset[-1])
            taken.append(cut.between(first, end_offset))
            self._chunks[0] = cut.between(end_offset, last + 1)
        return RawRecords.joined(taken)

    def take_all(self) -> RawRecords:
        """Remove and return every record."""
        taken, self._chunks = self._chunks, []
        return RawRecords.joined(taken)
