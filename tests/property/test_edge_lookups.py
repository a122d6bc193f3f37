"""Asking for many users and one target finds what asking for each pair finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.follows import Follows
from features.texts import Texts
from features.user_ids import UserIds

_USERS, _HOSTS = 6, (5, 2**64 - 1)
_STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, _USERS - 1), st.integers(0, 1)))


def _ids() -> UserIds:
    ids = UserIds()
    ids.extend(_USERS)
    ids.put(np.arange(_USERS), Texts.of([f"u{slot}" for slot in range(_USERS)]))
    return ids


@given(_STEPS)
@settings(deadline=None)
def test_many_are_found_like_one(steps: list[tuple[bool, int, int]]) -> None:
    """After any pairs came and went, whoever was asked for before."""
    follows, ids, slots = Follows(), _ids(), np.arange(_USERS + 1)
    for ts, (comes, slot, host) in enumerate(steps):
        if comes:
            at, on = np.array([ts]), np.ones(1, np.bool_)
            follows.set_many(np.array([slot]), np.array([_HOSTS[host]], np.uint64), at, on)
        else:
            follows.remove_slots(np.array([slot]), ids)
        for target in _HOSTS:
            pairs = follows.lookup(slots, np.full(len(slots), target, np.uint64))
            assert follows.lookup(slots, target).tolist() == pairs.tolist()
