"""A batch of interactions grouped by user, with what each is about as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from features.decode import InteractionColumns
from features.hashing import FloatArray, HashCache, IntArray, U64Array
from features.row import CONTENT_DIM

__all__ = ["EventBatch", "Resolve", "Resolved", "group_starts"]

Resolved: TypeAlias = tuple[str | None, str | None, npt.NDArray[np.float32]]
Resolve: TypeAlias = Callable[[str], Resolved | None]
"""From a stream id to its host id, category and content vector; None for an unknown stream."""

_HASHES = HashCache()


def group_starts(*keys: IntArray | U64Array) -> IntArray:
    """Return where each run of equal neighbours (in all of `keys`) begins, int64[groups].

    >>> group_starts(np.array([3, 3, 5, 9, 9])).tolist()
    [0, 2, 3]
    """
    begins = np.zeros(len(keys[0]), np.bool_)
    begins[:1] = True
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(begins)


@dataclass(frozen=True, eq=False)
class EventBatch:
    """Events sorted by user, in arrival order for each user.

    `slots`: slot of each user, int64[users]; `starts`: first event of each user; and for each of
    the n events: `user` (index into `slots`), `type`, `ts` (epoch ms), `dwell_ms` and `amount`
    (0 = none), `stream_h`, `host_h`, `category_h` (0 = none), and `content` (row in
    `contents`, float32[streams + 1, 32], whose last row is all zero: nothing known).
    """

    slots: IntArray
    starts: IntArray
    user: IntArray
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
        """Group `cols` by `slots` (int64[n], -1 = leave out); `resolve` is asked once a stream."""
        order = np.argsort(slots, kind="stable")
        order = order[np.searchsorted(slots[order], 0) :]
        ordered = slots[order]
        starts = group_starts(ordered)
        lengths = np.diff(starts, append=len(ordered))
        known = _Streams(cols.stream_id, resolve)
        return cls(
            slots=ordered[starts],
            starts=starts,
            user=np.repeat(np.arange(len(starts)), lengths),
            type=cols.type[order],
            ts=cols.ts[order],
            dwell_ms=cols.dwell_ms[order],
            amount=cols.amount[order],
            stream_h=known.stream_h[known.index[order]],
            host_h=known.fill(cols.host_id, known.host_h)[order],
            category_h=known.fill(cols.category, known.category_h)[order],
            content=known.index[order],
            contents=known.contents,
        )

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.ts)


class _Streams:
    """What is known of the streams of a batch; the last place stands for "no stream"."""

    def __init__(self, stream_ids: Sequence[str | None], resolve: Resolve) -> None:
        names = [name for name in dict.fromkeys(stream_ids) if name is not None]
        places: dict[str | None, int] = {name: place for place, name in enumerate(names)}
        places[None] = len(names)
        self.index = np.fromiter(map(places.__getitem__, stream_ids), np.int64, len(stream_ids))
        self.contents = np.zeros((len(names) + 1, CONTENT_DIM), np.float32)
        hosts: list[str | None] = [None] * (len(names) + 1)
        categories: list[str | None] = [None] * (len(names) + 1)
        for place, name in enumerate(names):
            found = resolve(name)
            if found is not None:
                hosts[place], categories[place], self.contents[place] = found
        self.stream_h = _HASHES.column([*names, None])
        self.host_h = _HASHES.column(hosts)
        self.category_h = _HASHES.column(categories)

    def fill(self, column: Sequence[str | None], of_stream: U64Array) -> U64Array:
        """Return the hash of what the event names, else of what its stream has, else 0."""
        hashes = _HASHES.column(column)
        return np.where(hashes == 0, of_stream[self.index], hashes)
