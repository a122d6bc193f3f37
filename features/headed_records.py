"""Kafka records to be written, as columns over one buffer, with their headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.hashing import IntArray
from features.raw_records import RawRecords

__all__ = ["HeadedRecords", "HeaderColumn"]

HeaderColumn = bytes | tuple[IntArray, IntArray]
"""What a header says: the same bytes in every record, or int64[n] of where in `records.data` and
int64[n] of how many bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadedRecords:
    """Records to be written that all carry headers of the same names, in the same order.

    Attributes
    ----------
    records : n keys and values; their offsets mean nothing before they are written.
    headers : names, in the order in which they are written, with what each says.

    >>> import numpy as np
    >>> records = RawRecords.of([b"ann", b"bob"], [b"1", b"2"])
    >>> headed = HeadedRecords(
    ...     records, [("kind", b"k"), ("user", (records.key_at, records.key_size))]
    ... )
    >>> headed.headers_of(1)
    [('kind', b'k'), ('user', b'bob')]
    """

    records: RawRecords
    headers: Sequence[tuple[str, HeaderColumn]]

    @classmethod
    def joined(cls, chunks: Sequence[HeadedRecords]) -> HeadedRecords:
        """Return one after the other what `chunks`, at least one, hold; their names are the same.

        >>> one = HeadedRecords(RawRecords.of([b"a"], [b"1"]), [("from", b"x")])
        >>> other = HeadedRecords(RawRecords.of([b"b"], [b"2"]), [("from", b"y")])
        >>> HeadedRecords.joined([one, other]).headers_of(1)
        [('from', b'y')]
        """
        if len(chunks) == 1:
            return chunks[0]
        starts = np.cumsum([0, *(len(chunk.records.data) for chunk in chunks)]).tolist()
        fixed = bytearray()
        headers: list[tuple[str, HeaderColumn]] = []
        for number, (name, _) in enumerate(chunks[0].headers):
            at, size = [], []
            for chunk, start in zip(chunks, starts, strict=False):
                said = chunk.headers[number][1]
                if isinstance(said, bytes):
                    at.append(np.full(len(chunk), starts[-1] + len(fixed)))
                    size.append(np.full(len(chunk), len(said)))
                    fixed += said
                else:
                    at.append(said[0] + start)
                    size.append(said[1])
            headers.append((name, (np.concatenate(at), np.concatenate(size))))
        behind = replace(RawRecords.of([], []), data=np.frombuffer(fixed, np.uint8))
        return cls(RawRecords.joined([*(chunk.records for chunk in chunks), behind]), headers)

    @classmethod
    def fewer(cls, chunks: Sequence[HeadedRecords], copied_bytes: int) -> list[HeadedRecords]:
        """Return the chunks as one, or as they are where they hold more than `copied_bytes`.

        >>> one = HeadedRecords(RawRecords.of([b"a"], [b"1"]), [("from", b"x")])
        >>> len(HeadedRecords.fewer([one, one], 4)), len(HeadedRecords.fewer([one, one], 3))
        (1, 2)
        """
        held = sum(len(chunk.records.data) for chunk in chunks)
        return [cls.joined(chunks)] if chunks and held <= copied_bytes else list(chunks)

    def __len__(self) -> int:
        return len(self.records)

    def headers_of(self, place: int) -> list[tuple[str, bytes]]:
        """Return the headers of the record at `place`."""
        return [(name, self._said(column, place)) for name, column in self.headers]

    def counted(self, name: str) -> Counter[bytes]:
        """Return what the records say in the header `name`, and how many do."""
        said = dict(self.headers)[name]
        if isinstance(said, bytes):
            return Counter({said: len(self)})
        # As one number each: pairs are sorted at a hundredth of the speed.
        width = int(said[1].max(initial=0)) + 1
        spans, counts = np.unique(said[0] * width + said[1], return_counts=True)
        found: Counter[bytes] = Counter()
        for span, count in zip(spans.tolist(), counts.tolist(), strict=True):
            at, size = divmod(span, width)
            found[self.records.data[at : at + size].tobytes()] += count
        return found

    def _said(self, column: HeaderColumn, place: int) -> bytes:
        if isinstance(column, bytes):
            return column
        at, size = int(column[0][place]), int(column[1][place])
        return self.records.data[at : at + size].tobytes()
