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

    A batch says from where to where it holds all that the log holds. One that begins beyond `next`
    is a gap: records got lost on the way, or retention has removed them from the log; only the log
    itself can say which of the two.

    >>> cursor = InputCursor(10)
    >>> cursor.judge(start=8, end=21)
    <Verdict.ACCEPT: 'accept'>
    >>> cursor.judge(start=12, end=21)
    <Verdict.GAP: 'gap'>
    """

    __slots__ = ("next",)

    def __init__(self, next_offset: int) -> None:
        self.next = next_offset

    def judge(self, start: int, end: int) -> Verdict:
        """Say whether what a batch holds of [`start`, `end`) may be applied now."""
        if end <= self.next:
            return Verdict.STALE
        return Verdict.ACCEPT if start <= self.next else Verdict.GAP

    def advance(self, next_offset: int) -> None:
        """Everything before `next_offset` has been taken over."""
        self.next = next_offset
