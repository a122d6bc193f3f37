"""The topic `streams` on this worker: raw records until they are applied to the board."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from features.contracts import StreamRecord, StreamTombstone
from features.decode import Refusals, Rejected, dead_letters, decode_stream
from features.headed_records import HeadedRecords
from reminders.board import Board
from reminders.copies import reject_copies
from streams.engine.buffers import RecordBuffer
from streams.engine.refused_streams import RefusedStreams
from streams.raw.single_records import in_columns

__all__ = ["StreamFeed"]

HOUR_MS = 3_600_000
# The planner asks for a stream until 7 days after it closed.
KEPT_MS = 8 * 24 * HOUR_MS


class StreamFeed:
    """Applies `streams` to the board, in offset order or, at a tick, in the order of `ts`.

    Attributes
    ----------
    next : offset of the next record to apply.
    fetched : offset after the last record received.
    refused : which records were ahead of their time, and stay refused.

    Parameters
    ----------
    on_changes : told the ids of the streams that are not what they were.
    """

    def __init__(
        self,
        topic: str,
        board: Board,
        on_changes: Callable[[Sequence[str]], None] = lambda _stream_ids: None,
    ) -> None:
        self.topic = topic
        self._on_changes = on_changes
        self.board = board
        self.next = 0
        self.fetched = 0
        self.refused = RefusedStreams()
        self._dead_letters: list[HeadedRecords] = []
        self._collect_from: int | None = None
        self._waiting = RecordBuffer()
        self._tidied_hour = -1

    def collect(self, start: int | None) -> None:
        """Keep dead letters of the bad records from offset `start` on; None: no longer."""
        self._collect_from = start
        self._dead_letters = []
        if start is not None:
            self.refused.begin_telling()

    def take_dead_letters(self) -> list[HeadedRecords]:
        """Remove and return what was collected."""
        taken, self._dead_letters = self._dead_letters, []
        return taken

    def receive(self, rows: Sequence[Any], position: int) -> None:
        """Take fetched records; everything before `position` has now been fetched."""
        self._waiting.extend(in_columns(rows), self.fetched)
        self.fetched = max(self.fetched, position)

    def apply(self, end_offset: int, latest_ts: int | None, now_ms: int) -> None:
        """Apply the waiting records before `end_offset`.

        Parameters
        ----------
        latest_ts : epoch ms beyond which the `ts` of a record that nobody has judged before is
            invalid; None for no bound.
        now_ms : the clock: time of the rejection, and what is long closed by now is forgotten.
        """
        taken = self._waiting.take_until(end_offset)
        good: list[tuple[int, StreamRecord | StreamTombstone]] = []
        bad: list[Rejected] = []
        collect_from = end_offset if self._collect_from is None else self._collect_from
        for at, offset in enumerate(taken.offset.tolist()):
            bound = self.refused.bound(offset, latest_ts)
            decoded = decode_stream(taken.key(at), taken.value(at), bound)
            if isinstance(decoded, Rejected):
                if decoded.code == "future_ts" and bound is not None:
                    self.refused.note(offset, bound)
            else:
                good.append((offset, decoded))
            if offset >= collect_from:
                bad += _faults(decoded, at)
        if bad:
            letters = dead_letters(Refusals.of(bad), taken, (self.topic, 0), now_ms)
            self._dead_letters.append(letters)
        changes = [self.board.apply(record) for record in _in_order(good)]
        self._on_changes([change.stream_id for change in changes if change.effective])
        if now_ms // HOUR_MS != self._tidied_hour:
            self._tidied_hour = now_ms // HOUR_MS
            self._on_changes(self.board.forget_closed(now_ms - KEPT_MS))
        self.next = max(self.next, end_offset)

    def rejected(self, row: Any, now_ms: int) -> list[HeadedRecords]:
        """The dead letter, if any, of a record that was applied before `collect` was called."""
        decoded = decode_stream(row.key, row.value, self.refused.bound(row.offset, None))
        bad = _faults(decoded, 0)
        if not bad:
            return []
        return [dead_letters(Refusals.of(bad), in_columns([row]), (self.topic, 0), now_ms)]


def _faults(decoded: StreamRecord | StreamTombstone | Rejected, at: int) -> list[Rejected]:
    fault = decoded if isinstance(decoded, Rejected) else reject_copies(decoded)
    return [] if fault is None else [Rejected(at, fault.code, fault.text)]


def _in_order(
    records: Sequence[tuple[int, StreamRecord | StreamTombstone]],
) -> list[StreamRecord | StreamTombstone]:
    """Sort (offset, record) pairs by `ts`, then offset.

    A tombstone has no `ts`: it comes after all records of its stream that were written before it
    and before all that were written later. So it does not depend on when it was read, and a
    worker that reads the whole topic anew gets the same board.
    """
    tombstones: Counter[str] = Counter()
    keyed: list[tuple[tuple[int, float, int], StreamRecord | StreamTombstone]] = []
    for offset, record in records:
        before = tombstones[record.stream_id]
        if isinstance(record, StreamTombstone):
            keyed.append(((before, math.inf, offset), record))
            tombstones[record.stream_id] += 1
        else:
            keyed.append(((before, record.ts, offset), record))
    return [record for _, record in sorted(keyed, key=itemgetter(0))]
