"""Where a partition stands in one input topic, and the guard against lost batches.

Faust may drop fetched batches around a rebalance or a seek. Without this guard their events would
be lost silently: the next batch simply starts later.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["InputCursor", "Verdict"]


class Verdict(Enum):
    """What to do with a fetched batch."""

    ACCEPT = "accept"
    STALE = "stale"
    GAP = "gap"


class InputCursor:
    """The next offset to apply, and whether a fetched batch may follow it.

    A batch may start later than `next` because the log has a hole there (compaction, transaction
    markers, retention) or because records got lost on the way. Within one fetch holes are the
    log's own; otherwise it is a gap, and only the log itself can say which of the two.

    >>> cursor = InputCursor(10)
    >>> cursor.judge(first=12, last=20, follows=10)
    <Verdict.ACCEPT: 'accept'>
    >>> cursor.judge(first=12, last=20, follows=None)
    <Verdict.GAP: 'gap'>
    """

    __slots__ = ("next",)

    def __init__(self, next_offset: int) -> None:
        self.next = next_offset

    def judge(self, first: int, last: int, follows: int | None) -> Verdict:
        """Say whether records `first`..`last` may be applied now.

        Parameters
        ----------
        first, last : offsets of the first and last record of the batch.
        follows : offset after the batch before it in the same fetch; None for a fetch's first.
        """
        if last < self.next:
            return Verdict.STALE
        if first <= self.next or (follows is not None and follows <= self.next):
            return Verdict.ACCEPT
        return Verdict.GAP

    def advance(self, next_offset: int) -> None:
        """Everything before `next_offset` has been taken over."""
        self.next = next_offset
