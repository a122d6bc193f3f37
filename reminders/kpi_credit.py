"""What one interaction counts for: the reminder that it is credited to, and the holdout's arm."""

from __future__ import annotations

import numpy as np

from features.contracts import TYPE_CODE
from features.hashing import IntArray
from features.reminded import (
    ARM_ATTENDED,
    ATTEND_INTENT,
    ATTENDED,
    FIRST,
    PURCHASED,
    RESERVED,
    RESERVER_ATTENDED,
)
from features.row import Rows
from features.state import UserState
from reminders.kpi_book import FunnelBook, TrackedStream

__all__ = ["Credit", "drawn_ms"]

_RESERVE, _PURCHASE = TYPE_CODE["reserve"], TYPE_CODE["purchase"]


def drawn_ms(rows: Rows) -> IntArray:
    """Return when what each row of `REMINDED` stands for was first decided, epoch ms, int64[n]."""
    seconds = np.where(rows["held_s"] > 0, rows["held_s"], rows["send_s"])
    moments: IntArray = seconds.astype(np.int64) * 1_000
    return moments


class Credit:
    """One event of one user about one stream, at `ts` (epoch ms), and what was decided before.

    Rows stand for the announcements of the stream; those of decisions that came later, or never,
    are there for their bits alone.
    """

    def __init__(
        self, book: FunnelBook, state: UserState, stream: TrackedStream, slot: int, ts: int
    ) -> None:
        self._book = book
        self._reminded = state.reminded
        self._slot = slot
        self._hashes = stream.hashes
        rows = state.reminded.lookup(np.full(len(self._hashes), slot), self._hashes)
        self._flags: list[int] = rows["flags"].tolist()
        self._held = (rows["held_s"] > 0).tolist()
        sent_ms = rows["send_s"].astype(np.int64) * 1_000
        order = np.lexsort((self._hashes, sent_ms))
        self._sent: list[int] = order[(sent_ms[order] > 0) & (sent_ms[order] < ts)].tolist()
        drawn = (rows["flags"] & FIRST != 0) & (drawn_ms(rows) < ts)
        self._drawn: list[int] = np.flatnonzero(drawn).tolist()

    def give(self, kind: int, amount: float, now_ms: int) -> None:
        """Count an interaction of type code `kind` with its `amount`."""
        if kind == _RESERVE:
            self._reserve(now_ms)
        elif kind == _PURCHASE:
            self._purchase(amount, now_ms)
        else:
            self._attend(now_ms)

    def _reserve(self, now_ms: int) -> None:
        invites = [row for row in self._sent if not self._flags[row] & ATTEND_INTENT]
        if invites and not self._any(RESERVED):
            self._mark(invites[-1], RESERVED, "reserved", now_ms)
            self._meet(now_ms)

    def _purchase(self, amount: float, now_ms: int) -> None:
        if self._sent:
            if not self._any(PURCHASED):
                self._mark(self._sent[-1], PURCHASED, "purchased", now_ms)
            self._count(self._sent[-1], "revenue", amount, now_ms)

    def _attend(self, now_ms: int) -> None:
        if self._sent and not self._any(ATTENDED):
            self._mark(self._sent[-1], ATTENDED, "attended", now_ms)
            self._meet(now_ms)
        for row in self._drawn:
            if not self._flags[row] & ARM_ATTENDED:
                arm = "held_attended" if self._held[row] else "treated_attended"
                self._mark(row, ARM_ATTENDED, arm, now_ms)

    def _meet(self, now_ms: int) -> None:
        """Count a reserver who attends, whichever of the two was heard of first."""
        reserved = [row for row, flags in enumerate(self._flags) if flags & RESERVED]
        if reserved and self._any(ATTENDED):
            self._mark(reserved[0], RESERVER_ATTENDED, "reservers_attended", now_ms)

    def _any(self, bit: int) -> bool:
        return any(flags & bit for flags in self._flags)

    def _mark(self, row: int, bit: int, name: str, now_ms: int) -> None:
        self._flags[row] |= bit
        self._reminded.mark(np.array([self._slot]), self._hashes[row : row + 1], bit)
        self._count(row, name, 1, now_ms)

    def _count(self, row: int, name: str, more: float, now_ms: int) -> None:
        self._book.count(int(self._hashes[row]), now_ms, name, more)
