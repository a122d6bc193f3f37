"""What interactions count for: the reminder that each is credited to, and the holdout's arm."""

from __future__ import annotations

from features.contracts import TYPE_CODE
from features.reminded import (
    ARM_ATTENDED,
    ATTEND_INTENT,
    ATTENDED,
    FIRST,
    PURCHASED,
    RESERVED,
    RESERVER_ATTENDED,
)
from reminders.kpi_book import FunnelBook, TrackedStream

__all__ = ["Pair"]

_RESERVE, _PURCHASE = TYPE_CODE["reserve"], TYPE_CODE["purchase"]
_MOST_PAID = 1e12  # beyond any price: JSON has no sum that is infinite


class Pair:
    """One user and one stream: what was decided, by announcement, and what is counted already.

    Parameters
    ----------
    rows
        (send_s, held_s, flags) as in `REMINDED`, one for each announcement of the stream.
    cohort
        The user's (`reminders.cohorts`).
    """

    def __init__(
        self,
        book: FunnelBook,
        stream: TrackedStream,
        rows: list[tuple[int, int, int]],
        cohort: int,
    ) -> None:
        self._book = book
        self._cohort = cohort
        self._announcements = [announcement for announcement, _ in stream.announcements]
        self._sent_ms = [send_s * 1_000 for send_s, _, _ in rows]
        self._held_ms = [held_s * 1_000 for _, held_s, _ in rows]
        self._before = [flags for _, _, flags in rows]
        self._flags = self._before.copy()

    def give(self, kind: int, ts: int, amount: float, now_ms: int) -> None:
        """Count an interaction of type code `kind` at `ts` (epoch ms) with its `amount`."""
        sent = sorted(
            (sent_ms, self._announcements[row], row)
            for row, sent_ms in enumerate(self._sent_ms)
            if 0 < sent_ms < ts
        )
        rows = [row for _, _, row in sent]
        if kind == _RESERVE:
            self._reserve([row for row in rows if not self._flags[row] & ATTEND_INTENT], now_ms)
        elif kind != _PURCHASE:
            self._attend(rows, ts, now_ms)
        elif rows:
            if not self._any(PURCHASED):
                self._mark(rows[-1], PURCHASED, "purchased", now_ms)
            last = self._announcements[rows[-1]]
            self._book.count(last, now_ms, "revenue", min(amount, _MOST_PAID), self._cohort)

    def changes(self) -> list[tuple[int, int]]:
        """Return (announcement, flags) where the flags are not what they were."""
        return [
            (announcement, after)
            for announcement, before, after in zip(
                self._announcements, self._before, self._flags, strict=True
            )
            if before != after
        ]

    def _reserve(self, invites: list[int], now_ms: int) -> None:
        if invites and not self._any(RESERVED):
            self._mark(invites[-1], RESERVED, "reserved", now_ms)
            self._meet(now_ms)

    def _attend(self, sent: list[int], ts: int, now_ms: int) -> None:
        if sent and not self._any(ATTENDED):
            self._mark(sent[-1], ATTENDED, "attended", now_ms)
            self._meet(now_ms)
        for row, flags in enumerate(self._flags):
            if flags & FIRST and not flags & ARM_ATTENDED:
                held_ms = self._held_ms[row]
                if (held_ms or self._sent_ms[row]) < ts:
                    arm = "held_attended" if held_ms else "treated_attended"
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
        self._book.count(self._announcements[row], now_ms, name, cohort=self._cohort)
