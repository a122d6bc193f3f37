"""What a model of co-engagement is, as bytes: kept pairs only, without losing a bit."""

from __future__ import annotations

import msgspec
import numpy as np

from features.hashing import combine
from online_models.arrays import Ints
from online_models.co_engagement import CoEngagement
from online_models.errors import ModelStateError

__all__ = ["from_bytes", "to_bytes"]

_FORMAT = 1


class _State(msgspec.Struct, array_like=True):
    """`places` int64[m] and `keys` uint64[m] of the items; `slots` int64[p], `near` int32[p] and
    `bonds` float32[p, 3] of the pairs; `engaged` and `popular` float64[used].
    """

    format: int
    max_items: int
    neighbours: int
    used: int
    long_origin: int | None
    short_origin: int | None
    places: bytes
    keys: bytes
    engaged: bytes
    popular: bytes
    slots: bytes
    near: bytes
    bonds: bytes


def to_bytes(model: CoEngagement) -> bytes:
    """Return the whole model as MessagePack; `from_bytes` continues bit for bit."""
    places, pairs, used = model._places, model._pairs, model._places.used
    live = places.live
    near = pairs.near[:used].reshape(-1)
    slots = np.flatnonzero(near >= 0)
    state = _State(
        _FORMAT,
        model.max_items,
        pairs.near.shape[1],
        used,
        model._long.origin,
        model._short.origin,
        live.astype("<i8").tobytes(),
        places.keys(live).astype("<u8").tobytes(),
        model._engaged[:used].astype("<f8").tobytes(),
        model._popular[:used].astype("<f8").tobytes(),
        slots.astype("<i8").tobytes(),
        near[slots].astype("<i4").tobytes(),
        pairs.bonds[:used].reshape(-1, pairs.bonds.shape[2])[slots].astype("<f4").tobytes(),
    )
    return msgspec.msgpack.encode(state)


def from_bytes(data: bytes) -> CoEngagement:
    """Return the model in `data`; raises `ModelStateError` when it cannot be read."""
    try:
        state = msgspec.msgpack.decode(data, type=_State)
        if state.format != _FORMAT:
            raise ModelStateError(f"co-engagement of format {state.format}, not {_FORMAT}")
        model = CoEngagement(state.max_items, state.neighbours)
        _restore(model, state)
    except (msgspec.MsgspecError, ValueError, IndexError) as error:
        raise ModelStateError(f"no model of co-engagement: {error}") from error
    return model


def _restore(model: CoEngagement, state: _State) -> None:
    live = np.frombuffer(state.places, "<i8").astype(np.int64)
    keys = np.frombuffer(state.keys, "<u8").astype(np.uint64)
    model._places.used = state.used
    model._places._keys[live] = keys
    if len(live):
        model._places._index.get_or_put(combine(keys), live)
    model._engaged[: state.used] = np.frombuffer(state.engaged, "<f8")
    model._popular[: state.used] = np.frombuffer(state.popular, "<f8")
    slots: Ints = np.frombuffer(state.slots, "<i8").astype(np.int64)
    rows, columns = np.divmod(slots, state.neighbours)
    model._pairs.near[rows, columns] = np.frombuffer(state.near, "<i4")
    bonds = model._pairs.bonds
    bonds[rows, columns] = np.frombuffer(state.bonds, "<f4").reshape(len(slots), bonds.shape[2])
    model._long.origin, model._short.origin = state.long_origin, state.short_origin
