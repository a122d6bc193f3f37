"""What a batch says about whom users follow and which streams they reserved or attended."""

from __future__ import annotations

import numpy as np

from features.contracts import TYPE_CODE
from features.state import UserState
from features.update.batch import EventBatch

__all__ = ["note_edges"]

_FOLLOW, _UNFOLLOW = TYPE_CODE["follow"], TYPE_CODE["unfollow"]


def note_edges(state: UserState, batch: EventBatch) -> None:
    """Pass follows and touches of streams on, in the order of arrival for each user."""
    follows = (batch.type == _FOLLOW) | (batch.type == _UNFOLLOW)
    events = np.flatnonzero(follows & (batch.host_h != 0))
    if len(events):
        on = batch.type[events] == _FOLLOW
        hosts, ts = batch.host_h[events], batch.ts[events]
        state.follows.set_many(batch.slot[events], hosts, ts, on)
    state.touches.touch_many(batch.slot, batch.stream_h, batch.ts, batch.type)
