"""A batch of interactions into the rows of the users who did them."""

from __future__ import annotations

import numpy as np

from features.decay import AFFINITY_HALF_LIFE_DAYS, FATIGUE_HALF_LIFE_DAYS, decay
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
from features.update.presence import newest_events, note_times
from features.update.rows import borrow_rows
from features.update.spend import add_spend
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
    with borrow_rows(state.users, batch.slots) as rows:
        _update(state, rows, batch)
    note_edges(state, batch)


def _update(state: UserState, rows: Rows, batch: EventBatch) -> None:
    reference = newest_events(rows, batch)
    weights = affinity_weights(batch.type, batch.dwell_ms)
    kept = decay(reference[batch.user] - batch.ts, AFFINITY_HALF_LIFE_DAYS)
    add_counts(rows, batch, reference)
    add_content(rows, batch, weights, reference)
    _age(rows, reference)
    add_hosts(rows, batch, weights * kept)
    add_categories(rows, batch, weights * kept)
    add_spend(rows, batch, kept)
    note_times(rows, batch, reference)
    present = np.flatnonzero(IS_PRESENCE[batch.type])
    zone_codes = state.users.zone[batch.slots][batch.user[present]]
    add_activity(rows, batch.user[present], zone_codes, batch.ts[present], state.users.zones)


def _age(rows: Rows, reference: IntArray) -> None:
    """Bring ties, spend and fatigue from ``last_ts`` to `reference`."""
    age = reference - rows["last_ts"]
    kept = decay(age, AFFINITY_HALF_LIFE_DAYS).astype(np.float32)
    rows["host_w"] *= kept[:, None]
    rows["category_w"] *= kept[:, None]
    rows["spend"] *= kept
    rows["fatigue"] *= decay(age, FATIGUE_HALF_LIFE_DAYS).astype(np.float32)[:, None]
