"""Where a partition stands in one input topic, and the guard against lost batches.

Faust may drop fetched batches around a rebalance. Without this guard their events would be
lost silently: the next batch simply starts later.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["InputCursor", "Verdict"]


class Verdict(Enum):
    """What to do with a fetched batch."""

    ACCEPT = "accept"
    STALE = "stale"
    SEEK = "seek"


class InputCursor:
    """The next offset to apply, and whether a fetched batch may follow it.

    A hole is accepted only when it is shown to be in the log (compaction, transaction markers):
    either one fetch went on from at most `next`, or a fetch made after a seek to `next` starts
    beyond it again at the same offset.

    >>> cursor = InputCursor(10)
    >>> cursor.judge(first=12, last=20, follows=None)
    <Verdict.SEEK: 'seek'>
    >>> cursor.judge(first=12, last=20, follows=None)
    <Verdict.ACCEPT: 'accept'>
    """

    __slots__ = ("_suspect", "next")

    def __init__(self, next_offset: int) -> None:
        self.next = next_offset
        self._suspect: int | None = None

    def judge(self, first: int, last: int, follows: int | None) -> Verdict:
        """Say whether records `first`..`last` may be applied now.

        Parameters
        ----------
        first, last : offsets of the first and last record of the batch.
        follows : where its fetch went on from; None after a seek or an assignment.
        """
        if last < self.next:
            return Verdict.STALE
        if first <= self.next or (follows is not None and follows <= self.next):
            return Verdict.ACCEPT
        if self._suspect == first:
            return Verdict.ACCEPT
        self._suspect = first
        return Verdict.SEEK

    def advance(self, next_offset: int) -> None:
        """Everything before `next_offset` has been taken over."""
        self.next = next_offset
        self._suspect = None
