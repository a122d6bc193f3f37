"""Kafka records that are made when they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from features.headed_records import HeadedRecords

__all__ = ["LaterRecords"]


@dataclass(frozen=True, slots=True, eq=False)
class LaterRecords:
    """Records with headers that are made part by part, the same whenever they are asked for.

    Their bytes are several times what they are made of, and few parts are needed at once.

    Attributes
    ----------
    count : how many records there are in all.
    nbytes : memory that they take before they are made, about.
    parts : each makes some of them, in order, in any thread: what it reads does not change.

    >>> from features.raw_records import RawRecords
    >>> one = HeadedRecords(RawRecords.of([b"ann"], [b"1"]), ())
    >>> later = LaterRecords(2, 0, [lambda: one, lambda: one])
    >>> len(later), [len(part) for part in later]
    (2, [1, 1])
    """

    count: int
    nbytes: int
    parts: Sequence[Callable[[], HeadedRecords]]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[HeadedRecords]:
        return (part() for part in self.parts)
