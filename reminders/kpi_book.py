"""One partition's funnels, and the streams whose reminders still count for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import cast

import msgspec
import numpy as np

from features.contracts import KpiScope
from features.hashing import U64Array, hash64
from online_models.arrays import Ints
from reminders.cohorts import NO_ARM, Cohorts
from reminders.kpi import Funnel, Scope, scopes_of
from reminders.kpi_parts import Part, part_key

__all__ = ["FUNNEL_KINDS", "FunnelBook", "TrackedStream"]

_FUNNEL, _STREAM = b"\xffF", b"\xffK"
FUNNEL_KINDS = (_FUNNEL, _STREAM)
"""How the keys of this book's changelog records begin."""


class TrackedStream(msgspec.Struct, array_like=True):
    """A stream that something was decided about.

    Attributes
    ----------
    announcements
        (hash, rung) of each announcement, in the order in which they came.
    closed_ts
        When it closes or closed, epoch ms, as last seen on the board; −1 before the first look.
    has_rows
        Whether the rows of `Reminded` about it are still kept.
    strategy
        What the stream named when something was decided about it first.
    """

    stream_id: str
    host_id: str
    announcements: list[tuple[int, str]] = []
    closed_ts: int = -1
    has_rows: bool = True
    strategy: str | None = None

    @property
    def hashes(self) -> U64Array:
        """The announcements' hashes, uint64[k]."""
        return np.array([announcement for announcement, _ in self.announcements], np.uint64)


class FunnelBook:
    """Funnels by scope, tracked streams by id, and the announcements that lead to both.

    Parameters
    ----------
    cohorts, seed
        The strategy by which this worker decides, and the experiments that change it.
    """

    def __init__(self, cohorts: Cohorts, seed: int = 0) -> None:
        self.streams: dict[str, TrackedStream] = {}
        self._by_hash: dict[int, TrackedStream] = {}
        self._cohorts = cohorts
        self._seed = seed
        self._funnels: dict[Scope, Funnel] = {}
        self._scopes: dict[int, list[list[Scope]]] = {}
        self._streams_of_host: Counter[str] = Counter()
        self._changed: dict[bytes, None] = {}
        self._parts: dict[Scope, None] = {}

    def __iter__(self) -> Iterator[tuple[Scope, Funnel]]:
        return iter(self._funnels.items())

    def with_hash(self, stream_h: int) -> TrackedStream | None:
        """Return the tracked stream whose id has this hash."""
        return self._by_hash.get(stream_h)

    def cohorts_of(self, user_h: U64Array) -> Ints:
        """Return int64[n]: the cohort that each user counts for."""
        return self._cohorts.of(self._seed, user_h)

    def track(
        self, stream_id: str, host_id: str, announcement: int, rung: str, strategy: str | None
    ) -> TrackedStream:
        """Return the stream, which has this announcement from now on."""
        stream = self.streams.get(stream_id)
        if stream is None:
            stream = TrackedStream(stream_id, host_id, strategy=strategy)
            self._put(stream)
        if announcement not in self._scopes:
            stream.announcements.append((announcement, rung))
            stream.has_rows = True
            self._scopes[announcement] = self._scopes_of(stream, rung)
            self.write(stream)
        return stream

    def knows(self, announcement: int) -> bool:
        """Return whether the announcement is one of a tracked stream."""
        return announcement in self._scopes

    def count(
        self, announcement: int, now_ms: int, name: str, more: float = 1, cohort: int = NO_ARM
    ) -> None:
        """Add to a count of every scope that the announcement counts for, in a cohort of users."""
        for scope in self._scopes[announcement][cohort] if more else ():
            funnel = self._funnels.get(scope)
            if funnel is None:
                funnel = self._funnels[scope] = Funnel(now_ms)
            funnel.count(name, more)
            self._touch(scope)

    def write(self, stream: TrackedStream) -> None:
        """Write what a tracked stream is."""
        self._changed[_STREAM + stream.stream_id.encode()] = None

    def drop(self, stream: TrackedStream) -> None:
        """Forget a stream and its funnel; the host's too when it has no other stream."""
        for announcement, _ in stream.announcements:
            del self._scopes[announcement]
        del self.streams[stream.stream_id]
        del self._by_hash[hash64(stream.stream_id)]
        self.write(stream)
        gone = [Scope("stream", stream.stream_id)]
        self._streams_of_host[stream.host_id] -= 1
        if not self._streams_of_host[stream.host_id]:
            del self._streams_of_host[stream.host_id]
            gone.append(Scope("host", stream.host_id))
        for scope in gone:
            if self._funnels.pop(scope, None) is not None:
                self._touch(scope)

    def take_changed(self) -> list[tuple[bytes, bytes | None]]:
        """Return (key, record) of what changed since the last call; None = tombstone."""
        taken, self._changed = list(self._changed), {}
        return [(key, self._record(key)) for key in taken]

    def take_parts(self, partition: int, clock_ts: int) -> list[tuple[bytes, bytes | None]]:
        """Return (key, part) of the funnels that changed since the last call; None = dropped."""
        taken, self._parts = list(self._parts), {}
        parts: list[tuple[bytes, bytes | None]] = []
        for scope in taken:
            funnel = self._funnels.get(scope)
            part = None if funnel is None else msgspec.msgpack.encode(Part(clock_ts, funnel))
            parts.append((part_key(partition, scope), part))
        return parts

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a record of the changelog, oldest first; every part is written anew after that."""
        name = key[2:].decode()
        if key[:2] == _STREAM:
            self._restore_stream(name, value)
            return
        scope = _scope(name)
        if value is None:
            self._funnels.pop(scope, None)
        else:
            self._funnels[scope] = msgspec.msgpack.decode(value, type=Funnel)
        self._parts[scope] = None

    def _restore_stream(self, stream_id: str, value: bytes | None) -> None:
        before = self.streams.pop(stream_id, None)
        if before is not None:
            del self._by_hash[hash64(stream_id)]
            self._streams_of_host[before.host_id] -= 1
            for announcement, _ in before.announcements:
                del self._scopes[announcement]
        if value is not None:
            self._put(msgspec.msgpack.decode(value, type=TrackedStream))

    def _put(self, stream: TrackedStream) -> None:
        self.streams[stream.stream_id] = stream
        self._by_hash[hash64(stream.stream_id)] = stream
        self._streams_of_host[stream.host_id] += 1
        for announcement, rung in stream.announcements:
            self._scopes[announcement] = self._scopes_of(stream, rung)

    def _scopes_of(self, stream: TrackedStream, rung: str) -> list[list[Scope]]:
        """Return what is counted, by cohort."""
        about = stream.stream_id, stream.host_id, rung
        return [
            scopes_of(*about, self._cohorts.strategy(cohort, stream.strategy), arm)
            for cohort, arm in enumerate(self._cohorts.labels)
        ]

    def _touch(self, scope: Scope) -> None:
        self._changed[_FUNNEL + f"{scope.scope}|{scope.id}".encode()] = None
        self._parts[scope] = None

    def _record(self, key: bytes) -> bytes | None:
        name = key[2:].decode()
        record: object = (
            self.streams.get(name) if key[:2] == _STREAM else self._funnels.get(_scope(name))
        )
        return None if record is None else msgspec.msgpack.encode(record)


def _scope(name: str) -> Scope:
    scope, about = name.split("|", 1)
    return Scope(cast(KpiScope, scope), about)
