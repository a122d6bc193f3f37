"""Records of `streams` whose `ts` was too far ahead when they came: they stay refused."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

__all__ = ["MOST_BOUNDS", "RefusedStreams"]

MOST_BOUNDS = 4_096
"""So many refused records are remembered at least, the newest."""


class _Told(NamedTuple):
    """What the owner of user partition 0 says of the records from `since` on, before `until`.

    `bounds`: offset to the latest `ts` that was allowed, of those that were refused.
    """

    since: int
    until: int
    bounds: dict[int, int]


class RefusedStreams:
    """By which bound each record of `streams` is judged, today and by workers yet to come.

    A worker that starts reads the whole topic when the clock is further on: what became a dead
    letter must not become a stream then, nor the other way round. So the owner of user partition 0
    tells what it refused and how far it has judged, in the transaction of the dead letters.

    >>> refused = RefusedStreams()
    >>> refused.bound(7, 100), refused.note(7, 100), refused.bound(7, 900)
    (100, None, 100)
    """

    def __init__(self) -> None:
        self._bounds: dict[int, int] = {}
        self._since = self._until = 0
        self._news = False

    def bound(self, offset: int, latest_ts: int | None) -> int | None:
        """Return the latest `ts` allowed at `offset`, epoch ms; None for no bound.

        `latest_ts`: what holds for a record that nobody has judged before.
        """
        if offset in self._bounds:
            return self._bounds[offset]
        return None if self._since <= offset < self._until else latest_ts

    def note(self, offset: int, latest_ts: int) -> None:
        """Remember that a record was refused because of this bound."""
        if self._bounds.get(offset) != latest_ts:
            self._bounds[offset] = latest_ts
            self._news = True
            self._forget_oldest(2 * MOST_BOUNDS)

    def begin_telling(self) -> None:
        """Tell all at the next call of `take`: this worker has come to own user partition 0."""
        self._news = True

    def take(self, next_offset: int) -> bytes | None:
        """Return what is to be told, when it is news; everything before `next_offset` is judged."""
        if not self._news:
            return None
        self._news = False
        self._forget_oldest(MOST_BOUNDS)
        self._until = max(self._until, next_offset)
        return msgspec.msgpack.encode(_Told(self._since, self._until, self._bounds))

    def tell(self, value: bytes) -> None:
        """Take what an owner of user partition 0 told."""
        told = msgspec.msgpack.decode(value, type=_Told)
        self._bounds |= told.bounds
        self._since, self._until = max(self._since, told.since), max(self._until, told.until)

    def _forget_oldest(self, most: int) -> None:
        if len(self._bounds) > most:
            kept = sorted(self._bounds)[-MOST_BOUNDS:]
            self._bounds = {offset: self._bounds[offset] for offset in kept}
            self._since = max(self._since, kept[0])
