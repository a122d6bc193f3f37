"""Kafka records that are made when they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from features.headed_records import HeadedRecords

__all__ = ["LaterRecords"]


@dataclass(frozen=True, slots=True, eq=False)
class LaterRecords:
    """Records with headers that are made part by part, the same whenever they are asked for.

    Their bytes are several times what they are made of, and few parts are needed at once.

    Attributes
    ----------
    sizes : how many records each part has.
    parts : each makes some of them, in order, in any thread: what it reads does not change.
    nbytes : memory that they take before they are made, about.

    >>> from features.raw_records import RawRecords
    >>> one = HeadedRecords(RawRecords.of([b"ann"], [b"1"]), ())
    >>> later = LaterRecords([1, 1], [lambda: one, lambda: one], 0)
    >>> len(later), [len(part) for part in later], len(later.without(1))
    (2, [1, 1], 1)
    """

    sizes: Sequence[int]
    parts: Sequence[Callable[[], HeadedRecords]]
    nbytes: int

    def __len__(self) -> int:
        return sum(self.sizes)

    def __iter__(self) -> Iterator[HeadedRecords]:
        return (part() for part in self.parts)

    def without(self, first: int) -> LaterRecords:
        """Return it without the parts that lie whole among so many first records."""
        whole = sum(end <= first for end in accumulate(self.sizes))
        return replace(self, sizes=self.sizes[whole:], parts=self.parts[whole:])
