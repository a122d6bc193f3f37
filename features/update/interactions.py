"""A batch of interactions into the rows of the users who did them."""

from __future__ import annotations

import numpy as np

from features.decode import InteractionColumns
from features.hashing import IntArray
from features.row import Rows
from features.state import UserState
from features.update.activity import add_activity
from features.update.affinity import add_categories, add_hosts
from features.update.batch import EventBatch, Resolve
from features.update.content import add_content
from features.update.counts import add_counts
from features.update.edges import note_edges
from features.update.presence import note_times
from features.update.spend import add_spend, fade_fatigue
from features.update.weights import IS_PRESENCE, affinity_weights

__all__ = ["apply_interactions"]


def apply_interactions(
    state: UserState, cols: InteractionColumns, slots: IntArray, resolve: Resolve
) -> None:
    """Add a batch of interactions, each new (deduplicated), to the state.

    `slots` (int64[n]) says whose each is; -1 leaves one out. `resolve` tells the host, category
    and content of a stream for events that name only the stream. The result does not depend, but
    for rounding, on the order of the events or on how they are cut into batches, as long as a
    user has no more hosts and categories than the row has places.
    """
    batch = EventBatch.of(cols, slots, resolve)
    if not len(batch):
        return
    _update(state, state.users.rows, batch)
    state.users.mark(batch.slot)
    note_edges(state, batch)


def _update(state: UserState, rows: Rows, batch: EventBatch) -> None:
    moments = note_times(rows, batch)
    nth = add_counts(rows, batch, moments)
    weights = affinity_weights(batch.type, batch.dwell_ms)
    add_content(rows, batch, weights, moments, nth)
    add_hosts(rows, batch, weights, moments)
    add_categories(rows, batch, weights, moments)
    add_spend(rows, batch, moments)
    fade_fatigue(rows, moments)
    present = np.flatnonzero(IS_PRESENCE[batch.type])
    slots, ts = batch.slot[present], batch.ts[present]
    add_activity(rows, slots, state.users.zone[slots], ts, nth[present], state.users.zones)
