"""The board of streams under the contract's merge rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from features.contracts import StreamRecord, StreamTombstone
from features.row import short_hash
from reminders.board_stream import BoardStream, ContentOf
from reminders.generated_copies import GeneratedCopies
from reminders.start_index import StartIndex

__all__ = ["Board", "Change", "ChangeKind"]

_HOUR_MS = 3_600_000


class ChangeKind(StrEnum):
    """What a record did to the board."""

    IGNORED = "ignored"
    SAME = "same"
    ADDED = "added"
    EDITED = "edited"
    MOVED = "moved"
    CLOSED = "closed"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Change:
    """The effect of one record: the stream before it and after it, None where there is none.

    `ADDED`: scheduled, and was not before. `EDITED`: anything else that is
    new, the start unchanged. `MOVED`: scheduled as before, at another start. `CLOSED`: now live,
    ended or cancelled, and was not before. `FORGOTTEN`: a null value.
    """

    kind: ChangeKind
    stream_id: str
    before: BoardStream | None
    after: BoardStream | None

    @property
    def effective(self) -> bool:
        """Whether the board is not what it was."""
        return self.kind not in {ChangeKind.IGNORED, ChangeKind.SAME}


class Board:
    """Every known stream, by id: the later ``ts`` wins, arrival breaks ties.

    A record replaces the older one whole, save that fields missing on `live`, `ended` and
    `cancelled` stay as they were. A tombstone forgets the stream, so that a later record with any
    ``ts`` makes it anew. `revision` grows with every effective change, `removals` with every
    tombstone of a known stream.

    Parameters
    ----------
    content_of
        The embedding of a record, ``float32[32]``; asked at most once per change, when needed.
    close_after_ms
        How long after its start a stream closes that has no end and is never ended.
    generated
        Copies that were proposed; somebody else adds to them.
    """

    def __init__(
        self,
        content_of: ContentOf,
        close_after_ms: int = 6 * _HOUR_MS,
        generated: GeneratedCopies | None = None,
    ) -> None:
        self.revision = 0
        self.removals = 0
        self._content_of = content_of
        self._close_after_ms = close_after_ms
        self._generated = GeneratedCopies() if generated is None else generated
        self._streams: dict[str, BoardStream] = {}
        self._by_hash: dict[int, BoardStream] = {}
        self._of_host: dict[int, set[str]] = {}
        self._starts = StartIndex()

    def __len__(self) -> int:
        return len(self._streams)

    def __iter__(self) -> Iterator[BoardStream]:
        return iter([self._streams[stream_id] for stream_id in sorted(self._streams)])

    def __contains__(self, stream_id: str) -> bool:
        return stream_id in self._streams

    def get(self, stream_id: str) -> BoardStream | None:
        """Return the stream, or None when the board does not know it."""
        return self._streams.get(stream_id)

    def with_hash(self, stream_h: int) -> BoardStream | None:
        """Return the stream whose id has this hash, or None when the board does not know it."""
        return self._by_hash.get(stream_h)

    def host_name(self, host: int) -> str | None:
        """Return the name of the host with this `short_hash`, as its newest stream has it."""
        known = [self._streams[one].record for one in self._of_host.get(host, ())]
        named = [(record.ts, record.stream_id, record.host_name) for record in known]
        return max((each for each in named if each[2]), default=(0, "", None))[2]

    def apply(self, record: StreamRecord | StreamTombstone) -> Change:
        """Merge one record that arrived just now, and say what it changed."""
        before = self._streams.get(record.stream_id)
        if isinstance(record, StreamTombstone):
            return self._forget(record.stream_id, before)
        if before is not None and record.ts < before.record.ts:
            return Change(ChangeKind.IGNORED, record.stream_id, before, before)
        after = self._successor(before, record)
        if before is not None and after.record == before.record:
            return Change(ChangeKind.SAME, record.stream_id, before, before)
        self._put(before, after)
        return Change(_kind(before, after), record.stream_id, before, after)

    def scheduled(self) -> list[BoardStream]:
        """Return the scheduled streams by (start_ts, stream_id)."""
        return self.scheduled_between(-(2**63), 2**63)

    def scheduled_between(self, first_ts: int, last_ts: int) -> list[BoardStream]:
        """Return the streams scheduled to start in [`first_ts`, `last_ts`], by (start_ts, id)."""
        return [self._streams[stream_id] for stream_id in self._starts.between(first_ts, last_ts)]

    def closes_ts(self, stream: BoardStream) -> int:
        """Return when the stream closes: ended, else its end, else some time after its start."""
        ended_ts = stream.ended_ts
        return self._planned_close_ts(stream) if ended_ts is None else ended_ts

    def forget_closed(self, before_ts: int) -> list[str]:
        """Forget streams that closed before `before_ts`, and return their ids in order.

        One that ended or was cancelled early stays until it would have closed, so that an older
        record that arrives late cannot announce it again.
        """
        gone = sorted(
            stream.stream_id
            for stream in self._streams.values()
            if max(self.closes_ts(stream), self._planned_close_ts(stream)) < before_ts
        )
        for stream_id in gone:
            self._drop(self._streams[stream_id])
        return gone

    def _planned_close_ts(self, stream: BoardStream) -> int:
        record = stream.record
        if record.end_ts is not None:
            return record.end_ts
        begins_ts = record.ts if record.start_ts is None else record.start_ts
        return begins_ts + self._close_after_ms

    def _successor(self, before: BoardStream | None, record: StreamRecord) -> BoardStream:
        if before is not None and record.status != "scheduled":
            record = _filled(record, before.record)
        return BoardStream(record, self._content_of, self._generated)

    def _forget(self, stream_id: str, before: BoardStream | None) -> Change:
        if before is None:
            return Change(ChangeKind.IGNORED, stream_id, None, None)
        self._drop(before)
        self.removals += 1
        return Change(ChangeKind.FORGOTTEN, stream_id, before, None)

    def _put(self, before: BoardStream | None, after: BoardStream) -> None:
        if before is not None:
            self._drop(before)
        self._streams[after.stream_id] = after
        self._by_hash[after.stream_h] = after
        self._of_host.setdefault(short_hash(after.host_h), set()).add(after.stream_id)
        start_ts = after.record.start_ts
        if after.is_scheduled and start_ts is not None:
            self._starts.add(start_ts, after.stream_id)
        self.revision += 1

    def _drop(self, stream: BoardStream) -> None:
        del self._streams[stream.stream_id]
        self._by_hash.pop(stream.stream_h, None)
        host = short_hash(stream.host_h)
        self._of_host[host].discard(stream.stream_id)
        if not self._of_host[host]:
            del self._of_host[host]
        start_ts = stream.record.start_ts
        if stream.is_scheduled and start_ts is not None:
            self._starts.remove(start_ts, stream.stream_id)
        self.revision += 1


def _filled(record: StreamRecord, older: StreamRecord) -> StreamRecord:
    missing = {
        name: getattr(older, name)
        for name in record.__struct_fields__
        if getattr(record, name) is None and getattr(older, name) is not None
    }
    return msgspec.structs.replace(record, **missing) if missing else record


def _kind(before: BoardStream | None, after: BoardStream) -> ChangeKind:
    if before is None or before.record.status != after.record.status:
        return ChangeKind.ADDED if after.is_scheduled else ChangeKind.CLOSED
    moved = after.is_scheduled and before.record.start_ts != after.record.start_ts
    return ChangeKind.MOVED if moved else ChangeKind.EDITED
