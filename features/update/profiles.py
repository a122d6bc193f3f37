"""What users say of themselves; who is bound by other hours or consents then is released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from features.hashing import IntArray
from features.row import PERSONALIZATION_OK, PUSH_OK
from features.state import UserState
from features.user_table import UserTable

__all__ = ["apply_profiles"]


def apply_profiles(
    state: UserState, slots: IntArray, ts: Sequence[int], fields: Sequence[Mapping[str, object]]
) -> None:
    """Take the fields of n profile records (`UserTable.apply_profile_updates`)."""
    before = _bounds(state.users, slots)
    state.users.apply_profile_updates(slots, ts, fields)
    state.release(slots[(before != _bounds(state.users, slots)).any(axis=0)])


def _bounds(users: UserTable, slots: IntArray) -> IntArray:
    """Return int64[4, n]: the consents, quiet hours and zone of each user."""
    rows = users.rows
    consents = rows["flags"][slots] & (PUSH_OK | PERSONALIZATION_OK)
    hours = rows["quiet_start"][slots], rows["quiet_end"][slots]
    return np.array([consents, *hours, users.zone[slots]], np.int64)
