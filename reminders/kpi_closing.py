"""When a stream that closed is forgotten: first its rows, at last its funnel."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from features.hashing import U64Array
from features.state import UserState
from reminders.board import Board
from reminders.kpi_book import FunnelBook, TrackedStream

__all__ = ["FunnelCloser", "close_ms"]

ROWS_KEPT_MS = 24 * 3_600_000
"""How long after a stream's close its reminders may still be opened or muted."""
FUNNEL_KEPT_MS = 7 * 24 * 3_600_000
"""How long after its close a stream's funnel is kept."""


def close_ms(stream: TrackedStream, board: Board) -> int:
    """Return when the stream closes, as the board says now; of one that it forgot, said last."""
    known = board.get(stream.stream_id)
    return stream.closed_ts if known is None else board.closes_ts(known)


class FunnelCloser:
    """Looks at each stream when its time may have come, and at no other."""

    def __init__(self, book: FunnelBook) -> None:
        self._book = book
        self._agenda: list[tuple[int, str]] | None = None
        self._removals = 0

    def add(self, stream: TrackedStream) -> None:
        """Look at a stream that came just now at the next call of `close`."""
        self._plan(-1, stream)

    def close(self, state: UserState, board: Board, now_ms: int) -> None:
        """Forget what has been closed for long enough; cheap while nothing has."""
        if self._agenda is None:
            self._agenda = [(-1, stream_id) for stream_id in sorted(self._book.streams)]
        elif self._removals != board.removals:
            for gone in self._book.streams.values():
                if gone.stream_id not in board and self._note_close(gone, board, now_ms):
                    self._plan(-1, gone)
        self._removals = board.removals
        doomed: list[U64Array] = []
        while self._agenda and self._agenda[0][0] <= now_ms:
            stream = self._book.streams.get(heappop(self._agenda)[1])
            if stream is not None:
                self._note_close(stream, board, now_ms)
                self._review(stream, now_ms, doomed)
        if doomed:
            state.reminded.forget_announcements(np.concatenate(doomed), state.users.ids)

    def _note_close(self, stream: TrackedStream, board: Board, now_ms: int) -> bool:
        """Take over when the stream closes, and return whether that is news."""
        closed_ts = close_ms(stream, board)
        if stream.stream_id not in board and not 0 <= closed_ts <= now_ms:
            closed_ts = now_ms
        if closed_ts == stream.closed_ts:
            return False
        stream.closed_ts = closed_ts
        self._book.write(stream)
        return True

    def _review(self, stream: TrackedStream, now_ms: int, doomed: list[U64Array]) -> None:
        if stream.has_rows and now_ms > stream.closed_ts + ROWS_KEPT_MS:
            stream.has_rows = False
            doomed.append(stream.hashes)
            self._book.write(stream)
        if now_ms > stream.closed_ts + FUNNEL_KEPT_MS:
            self._book.drop(stream)
            return
        kept_ms = ROWS_KEPT_MS if stream.has_rows else FUNNEL_KEPT_MS
        self._plan(stream.closed_ts + kept_ms + 1, stream)

    def _plan(self, ts: int, stream: TrackedStream) -> None:
        if self._agenda is not None:
            heappush(self._agenda, (ts, stream.stream_id))
