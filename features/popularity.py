"""How many of the users have lately watched a host."""

from __future__ import annotations

import numpy as np

from features.decay import decay
from features.row import short_hash
from features.state import UserState

__all__ = ["POPULARITY_HALF_LIFE_DAYS", "host_popularity"]

POPULARITY_HALF_LIFE_DAYS = 7.0


def host_popularity(state: UserState, host_h: int, now: int) -> float:
    """Return recent watchers of the host per 1,000 known users, each halved every 7 days.

    Read off the users' strongest hosts, so there is nothing to store or restore, and summed in
    the order of user hashes: the same users give the same number, whatever their slots. It takes
    one look at each user's hosts; ask once a stream.
    """
    slots = state.users.live_slots()
    if host_h == 0 or not len(slots):
        return 0.0
    key = np.uint32(short_hash(host_h))
    user, place = np.nonzero(state.users.rows["host_h"][slots] == key)
    seconds = state.users.rows["host_ts"][slots[user], place].astype(np.int64)
    watched = seconds[seconds > 0]
    weights = decay(now - watched * 1000, POPULARITY_HALF_LIFE_DAYS)
    return float(1000.0 * weights.sum() / len(slots))
