"""Who came to which host, and which hosts they knew: what co-engagement is learned from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from features.decay import AFFINITY_HALF_LIFE_DAYS, decay
from features.hashing import U64Array, hash64, uniform
from features.row import HOST_SLOTS, PERSONALIZATION_OK, short_hash
from features.state import UserState
from features.ties import host_strengths
from online_models.arrays import Floats, Ints
from online_models.co_engagement import CoEngagement
from reminders.board import Board

__all__ = ["MOST_VISITS", "Visits", "learn_visits", "visits_of"]

MOST_VISITS = 1_000
"""Of one partition at one moment; beyond it a part of them, by hash, stands for all."""
_VISIT = hash64("visit")


class Visits(msgspec.Struct, array_like=True):
    """Visits to hosts by users of one partition, as columns in bytes; nothing says by whom.

    `hosts` uint32 (`short_hash`), `weights` float32 (how many visits each stands for), `ts` int64
    (epoch ms), `past` uint32[n, 8], `strengths` float32[n, 8], `seen` uint32[n, 8] (epoch
    seconds): the visitor's other hosts, 0 = none, how strong the tie is and when last watched.
    """

    hosts: bytes
    weights: bytes
    ts: bytes
    past: bytes
    strengths: bytes
    seen: bytes

    def __len__(self) -> int:
        return len(self.ts) // 8


def visits_of(state: UserState, board: Board, seed: int) -> Visits | None:
    """Return who came to a stream of a known host since the last call; None: nobody did.

    Who refuses personalization is not looked at.
    """
    came = state.touches.take_came()
    hosts = _hosts(board, came.streams)
    rows = state.users.rows
    allowed = rows["flags"][came.slots] & PERSONALIZATION_OK != 0
    known = np.flatnonzero((hosts != 0) & allowed)
    if not len(known):
        return None
    user_h = rows["user_h"][came.slots[known]]
    draws = uniform(seed, _VISIT, user_h, came.streams[known])
    chosen = known[np.argsort(draws, kind="stable")[:MOST_VISITS]]
    weight = len(known) / len(chosen)
    own, at = rows[came.slots[chosen]], hosts[chosen]
    kept = decay(came.ts[chosen] - own["last_ts"], AFFINITY_HALF_LIFE_DAYS)
    past = np.where(own["host_h"] == at[:, None], 0, own["host_h"])
    return Visits(
        at.astype("<u4").tobytes(),
        np.full(len(chosen), weight, "<f4").tobytes(),
        came.ts[chosen].astype("<i8").tobytes(),
        past.astype("<u4").tobytes(),
        host_strengths(own, kept).astype("<f4").tobytes(),
        own["host_ts"].astype("<u4").tobytes(),
    )


def learn_visits(model: CoEngagement, batches: Iterable[Visits]) -> U64Array:
    """Teach the model all visits, in an order of their own; return the hosts that it is about.

    The order does not depend on how visits were cut into batches, or which came first.
    """
    parts = [_columns(batch) for batch in batches if len(batch)]
    if not parts:
        return np.zeros(0, np.uint64)
    hosts, weights, ts, past, strengths, seen = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    keys = (*seen.T, *strengths.T, *past.T, weights, hosts, ts)
    order = np.lexsort([np.asarray(key) for key in keys])
    model.learn(
        hosts[order].astype(np.uint64),
        weights[order].astype(np.float64),
        ts[order],
        past[order].astype(np.uint64),
        strengths[order].astype(np.float64),
        seen[order].astype(np.int64),
    )
    about = np.concatenate((hosts, past.ravel()))
    return np.asarray(np.unique(about[about != 0]).astype(np.uint64))


def _hosts(board: Board, streams: U64Array) -> Ints:
    """Return int64[n]: the `short_hash` of each stream's host, 0 where the board knows none."""
    distinct, place = np.unique(streams, return_inverse=True)
    found = [board.with_hash(stream_h) for stream_h in distinct.tolist()]
    hosts = [0 if stream is None else short_hash(stream.host_h) for stream in found]
    return np.array(hosts, np.int64)[place.reshape(-1)]


_Columns = tuple[
    npt.NDArray[Any], npt.NDArray[Any], Ints, npt.NDArray[Any], Floats, npt.NDArray[Any]
]


def _columns(batch: Visits) -> _Columns:
    wide = (len(batch), HOST_SLOTS)
    return (
        np.frombuffer(batch.hosts, "<u4"),
        np.frombuffer(batch.weights, "<f4"),
        np.frombuffer(batch.ts, "<i8").astype(np.int64),
        np.frombuffer(batch.past, "<u4").reshape(wide),
        np.frombuffer(batch.strengths, "<f4").reshape(wide).astype(np.float64),
        np.frombuffer(batch.seen, "<u4").reshape(wide),
    )
