"""Scheduled streams in the order of their start, for the planner's windows."""

from __future__ import annotations

from bisect import bisect_left, insort

__all__ = ["StartIndex"]

_SORT_AT_ONCE = 256


class StartIndex:
    """A sorted list of (start_ts ms, stream_id); ties are ordered by id.

    Additions wait until the next question, and are then inserted one by one, or sorted in at once
    when they are many (a board that loads), so that 100,000 streams cost neither a sort per change
    nor a shift of the list per stream.

    >>> index = StartIndex()
    >>> index.add(20, "b"); index.add(10, "a"); index.add(30, "c")
    >>> index.between(10, 20)
    ['a', 'b']
    """

    def __init__(self) -> None:
        self._sorted: list[tuple[int, str]] = []
        self._waiting: set[tuple[int, str]] = set()

    def __len__(self) -> int:
        return len(self._sorted) + len(self._waiting)

    def add(self, start_ts: int, stream_id: str) -> None:
        """Add a stream that is not in the index."""
        self._waiting.add((start_ts, stream_id))

    def remove(self, start_ts: int, stream_id: str) -> None:
        """Take a stream out that was added with this start."""
        entry = (start_ts, stream_id)
        if entry in self._waiting:
            self._waiting.remove(entry)
        else:
            del self._sorted[bisect_left(self._sorted, entry)]

    def between(self, first_ts: int, last_ts: int) -> list[str]:
        """Return the streams that start in [`first_ts`, `last_ts`], both included, in order."""
        self._settle()
        low = bisect_left(self._sorted, (first_ts, ""))
        high = bisect_left(self._sorted, (last_ts + 1, ""))
        return [stream_id for _, stream_id in self._sorted[low:high]]

    def _settle(self) -> None:
        if len(self._waiting) > _SORT_AT_ONCE:
            self._sorted.extend(self._waiting)
            self._sorted.sort()
        else:
            for entry in self._waiting:
                insort(self._sorted, entry)
        self._waiting.clear()
