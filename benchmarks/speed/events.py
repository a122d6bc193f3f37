"""A flood of behaviour for the speed benchmarks: seeded, 240 bytes an event, all partitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import orjson

from benchmarks.speed.publishing import Records
from features.contracts import TYPE_CODE
from features.hashing import IntArray

__all__ = ["EVENT_BYTES", "TYPES", "Flood", "user_key"]

TYPES = ("watch", "like", "comment", "gift", "share", "search", "product_view", "follow", "enter")
SHARES = (0.62, 0.12, 0.12, 0.03, 0.03, 0.03, 0.03, 0.02)
CATEGORIES = ("beauty", "fashion", "food", "digital", "home", "toys", "sports", "books")
EVENT_BYTES = 240
VISIT_EVENTS = 8
VISIT_MS = 240_000
CHUNK = 50_000
_ENTER = TYPES.index("enter")
_TS = 10**12
_EXTRA: dict[str, dict[str, object]] = {
    "watch": {"dwell_ms": 30_000},
    "gift": {"amount": 5.0},
    "search": {"query": "lipstick"},
}


def user_key(user: int) -> bytes:
    """Return the key, and so the id, of a user of the floods.

    >>> user_key(42)
    b'user-0000042'
    """
    return b"user-%07d" % user


@dataclass(frozen=True)
class Flood:
    """`n` interactions of numbered users in the order of their times.

    People visit streams: a visit is an `enter` and seven more events of one user in one stream
    within minutes, as on the wire of a live platform; a few hosts draw most of the visits.

    Attributes
    ----------
    user, host, kind
        int64[n]: numbers of user and host, index into `TYPES`.
    ts
        int64[n]: epoch ms.
    number
        int64[n]: part of the event's id.
    """

    user: IntArray
    host: IntArray
    kind: IntArray
    ts: IntArray
    number: IntArray

    @classmethod
    def of(
        cls,
        events: int,
        users: int,
        first_ts: int,
        *,
        seed: int = 7,
        hosts: int = 2_000,
        step_ms: float = 1.0,
        first_number: int = 0,
    ) -> Flood:
        """Draw a flood, one event every `step_ms` from `first_ts` (epoch ms) on."""
        rng = np.random.default_rng(seed)
        visits = -(-events // VISIT_EVENTS)
        visit = np.repeat(np.arange(visits), VISIT_EVENTS)
        began = np.sort(rng.integers(0, events, visits))
        since = np.sort(rng.integers(0, VISIT_MS, (visits, VISIT_EVENTS)), axis=1)
        since[:, 0] = 0
        order = np.argsort(began[visit] + since.ravel(), kind="stable")[:events]
        kinds = rng.choice(len(SHARES), visits * VISIT_EVENTS, p=SHARES)
        user = rng.integers(0, users, visits)[visit[order]]
        host = np.minimum(rng.zipf(1.3, visits) - 1, hosts - 1)[visit[order]]
        kind = np.where(order % VISIT_EVENTS == 0, _ENTER, kinds[order])
        place = np.arange(events)
        ts = first_ts + (place * step_ms).astype(np.int64)
        return cls(user, host, kind, ts, first_number + place)

    def __len__(self) -> int:
        return len(self.user)

    def take(self, rows: IntArray | slice) -> Flood:
        """Return some of the events."""
        return Flood(
            *(column[rows] for column in (self.user, self.host, self.kind, self.ts, self.number))
        )

    @property
    def type_codes(self) -> IntArray:
        """Codes of the contract's types, int64[n]."""
        return np.array([TYPE_CODE[name] for name in TYPES])[self.kind]

    def records(self, chunk: int = CHUNK) -> Iterator[Records]:
        """Yield keys and values, `chunk` events at a time."""
        for start in range(0, len(self), chunk):
            part = self.take(slice(start, start + chunk))
            joined = part._render().tobytes()
            values = [joined[at : at + EVENT_BYTES] for at in range(0, len(joined), EVENT_BYTES)]
            yield Records([user_key(user) for user in part.user.tolist()], values)

    def _render(self) -> npt.NDArray[np.uint8]:
        out = np.empty((len(self), EVENT_BYTES), np.uint8)
        group = self.kind * len(CATEGORIES) + self.host % len(CATEGORIES)
        for one in np.unique(group).tolist():
            at = np.flatnonzero(group == one)
            text, places = _template(TYPES[one // len(CATEGORIES)], one % len(CATEGORIES))
            block = np.tile(np.frombuffer(text, np.uint8), (len(at), 1))
            host = self.host[at]
            columns = (self.number[at], self.user[at], self.ts[at], host, host)
            for column, (place, width) in zip(columns, places, strict=True):
                block[:, place : place + width] = _digits(column, width)
            out[at] = block
        return out


def _digits(values: IntArray, width: int) -> npt.NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _template(kind: str, category: int) -> tuple[bytes, list[tuple[int, int]]]:
    """Return an event's bytes and (place, width) of number, user, ts, stream and host in them."""
    event: dict[str, object] = {
        "event_id": f"event-{0:012d}",
        "type": kind,
        "user_id": f"user-{0:07d}",
        "ts": _TS,
        "stream_id": f"stream-{0:06d}",
        "host_id": f"host-{0:06d}",
        "category": CATEGORIES[category],
        **_EXTRA.get(kind, {}),
    }
    # Producers send fields that Livecue does not read; one of them brings all to equal length.
    short = EVENT_BYTES - len(orjson.dumps(event)) - len(b',"client":""')
    text = orjson.dumps({**event, "client": "x" * max(short, 0)})
    after = ((b'"event-', 12), (b'"user-', 7), (b'"ts":', 13), (b'"stream-', 6), (b'"host-', 6))
    return text, [(text.index(mark) + len(mark), width) for mark, width in after]
