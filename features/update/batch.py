"""A batch of interactions, with what each is about as numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from features.decode import InteractionColumns
from features.hashing import FloatArray, IntArray, U64Array
from features.row import CONTENT_DIM
from features.update.weights import IS_WATCH

__all__ = ["EventBatch", "Resolve", "Resolved"]

Resolved: TypeAlias = tuple[int, int, npt.NDArray[np.float32]]
Resolve: TypeAlias = Callable[[int], Resolved | None]
"""From a stream's hash to those of its host and category (0 = none) and its content vector; None
for an unknown stream."""

_NO_CONTENT = np.zeros(CONTENT_DIM, np.float32)
_UNKNOWN: Resolved = (0, 0, _NO_CONTENT)


@dataclass(frozen=True, eq=False)
class EventBatch:
    """Events of users who have slots, in the order of arrival.

    For each of the n events: `slot` (int64), `type`, `ts` (epoch ms), `dwell_ms` and `amount`
    (0 = none), `stream_h`, `host_h`, `category_h` (0 = none), and `content` (row in
    `contents`, float32[streams + 1, 32], all zero where nothing is known or asked).
    """

    slot: IntArray
    type: npt.NDArray[np.uint8]
    ts: IntArray
    dwell_ms: FloatArray
    amount: FloatArray
    stream_h: U64Array
    host_h: U64Array
    category_h: U64Array
    content: IntArray
    contents: npt.NDArray[np.float32]

    @classmethod
    def of(cls, cols: InteractionColumns, slots: IntArray, resolve: Resolve) -> EventBatch:
        """Take what has a slot (int64[n], -1 = leave out); `resolve` is asked once a stream."""
        known = np.flatnonzero(slots >= 0)
        about = _Subjects(cols, resolve)
        return cls(
            slot=slots[known],
            type=cols.type[known],
            ts=cols.ts[known],
            dwell_ms=cols.dwell_ms[known],
            amount=cols.amount[known],
            stream_h=about.streams[known],
            host_h=about.hosts[known],
            category_h=about.categories[known],
            content=about.content[known],
            contents=about.contents,
        )

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.ts)


class _Subjects:
    """What each event is about, and the content of the streams that were asked for."""

    def __init__(self, cols: InteractionColumns, resolve: Resolve) -> None:
        self.streams = cols.stream_h
        self.hosts = cols.host_h.copy()
        self.categories = cols.category_h.copy()
        lacking = (self.hosts == 0) | (self.categories == 0)
        asked = np.flatnonzero((self.streams != 0) & (lacking | IS_WATCH[cols.type]))
        streams, place = np.unique(self.streams[asked], return_inverse=True)
        known = [resolve(stream_h) or _UNKNOWN for stream_h in streams.tolist()]
        _fill(self.hosts, asked, [host for host, _, _ in known], place)
        _fill(self.categories, asked, [category for _, category, _ in known], place)
        contents = [*(content for _, _, content in known), _NO_CONTENT]
        self.contents = np.concatenate(contents).reshape(-1, CONTENT_DIM)
        self.content = np.full(len(cols), len(known))
        self.content[asked] = place


def _fill(column: U64Array, asked: IntArray, hashes: list[int], place: IntArray) -> None:
    """Where `column` has no hash, put that of what the event's stream has."""
    empty = np.flatnonzero(column[asked] == 0)
    if len(empty):
        column[asked[empty]] = np.array(hashes, np.uint64)[place[empty]]
