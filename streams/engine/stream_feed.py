"""The topic `streams` on this worker: raw records until they are applied to the board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from features.contracts import StreamTombstone
from features.decode import Rejected, decode_stream
from reminders.board import Board
from reminders.copies import reject_copies
from streams.engine.buffers import RecordBuffer
from streams.engine.dead_letters import dead_letters
from streams.engine.transaction import Record

__all__ = ["StreamFeed"]


class StreamFeed:
    """Applies `streams` to the board, in offset order or, at a tick, in the order of `ts`.

    Attributes
    ----------
    next : offset of the next record to apply.
    fetched : offset after the last record received.
    dead_letters : bad records since `collect` was called, for the owner of user partition 0.
    """

    def __init__(self, topic: str, board: Board) -> None:
        self.topic = topic
        self.board = board
        self.next = 0
        self.fetched = 0
        self.dead_letters: list[Record] = []
        self._collecting = False
        self._waiting = RecordBuffer()

    def collect(self, collecting: bool) -> None:
        """Keep bad records from now on, or no longer."""
        self._collecting = collecting
        self.dead_letters = []

    def receive(self, rows: Sequence[Any], position: int) -> None:
        """Take fetched records; everything before `position` has now been fetched."""
        self._waiting.extend(rows, self.fetched)
        self.fetched = max(self.fetched, position)

    def apply(self, end_offset: int, latest_ts: int | None, now_ms: int) -> None:
        """Apply the waiting records before `end_offset`.

        Parameters
        ----------
        latest_ts : epoch ms beyond which a record's `ts` is invalid; None for no bound.
        now_ms : time of the rejection, and of a record without a value.
        """
        taken = self._waiting.take_until(end_offset)
        good, bad = self._decode(taken, latest_ts, now_ms)
        if self._collecting:
            self.dead_letters.extend(bad)
        for _, _, decoded in sorted(good, key=lambda item: item[:2]):
            self.board.apply(decoded)
        self.next = max(self.next, end_offset)

    def rejected(self, rows: Sequence[Any], latest_ts: int | None, now_ms: int) -> list[Record]:
        """Dead letters of records that were applied before `collect` was called."""
        again = RecordBuffer()
        again.extend(rows, 0)
        return self._decode(again, latest_ts, now_ms)[1]

    def _decode(
        self, rows: RecordBuffer, latest_ts: int | None, now_ms: int
    ) -> tuple[list[tuple[int, int, Any]], list[Record]]:
        good: list[tuple[int, int, Any]] = []
        bad: list[Rejected] = []
        for at, (key, value) in enumerate(zip(rows.keys, rows.values, strict=True)):
            decoded = decode_stream(key, value, latest_ts)
            fault = decoded if isinstance(decoded, Rejected) else reject_copies(decoded)
            if fault is not None:
                bad.append(Rejected(at, fault.code, fault.text))
            if not isinstance(decoded, Rejected):
                ts = now_ms if isinstance(decoded, StreamTombstone) else decoded.ts
                good.append((ts, rows.offsets[at], decoded))
        return good, dead_letters(bad, rows, (self.topic, 0), now_ms)
