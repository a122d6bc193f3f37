"""What others do: popularity by region and age band, and the taste of those who reserved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from features.crowd import LEAST_RESERVERS, Crowd, crowd_of, lift_of
from features.hashing import hash64
from features.row import PERSONALIZATION_OK
from features.state import UserState

NOW = 1_790_000_000_000
Apply = Callable[..., None]


def _people(state: UserState, act: Apply) -> None:
    """400 users of two regions and two age bands; the young of the north watch the host."""
    for n in range(400):
        user = f"u{n}"
        (slot,) = state.users.slots_of([user], create=True).tolist()
        region, age = ("north", "south")[n % 2], ("18-24", "50+")[n // 2 % 2]
        state.users.apply_profile_update(slot, 1, {"region": region, "age_band": age})
        if n % 4 == 0:
            act({"user_id": user, "type": "watch", "stream_id": "x", "host_id": "h", "ts": NOW})


def _lift(state: UserState, crowd: Crowd, user: str) -> float:
    rows = state.users.rows[state.users.slots_of([user], create=False)]
    return float(lift_of(crowd.lifts, rows["region_h"], rows["age_h"])[0])


def test_a_segment_that_watches_more_is_lifted(state: UserState, act: Apply) -> None:
    """The young of the north most, the old of the south least; both parts count."""
    _people(state, act)
    crowd = crowd_of(state, 0, hash64("h"), NOW)
    lifts = [_lift(state, crowd, f"u{n}") for n in (0, 1, 2, 3)]
    assert lifts[0] > 0.5 > max(lifts[1:3])
    assert lifts[3] < -0.5
    # 100 of 200 against a quarter, each shrunk by 200 users of the average.
    assert lifts[0] == pytest.approx(2 * np.log(1.5), abs=0.01)


def test_without_region_and_age_nothing_is_said(state: UserState, act: Apply) -> None:
    """Nor of a host whom nobody watches."""
    _people(state, act)
    state.users.slots_of(["nobody"], create=True)
    assert _lift(state, crowd_of(state, 0, hash64("h"), NOW), "nobody") == 0.0
    assert crowd_of(state, 0, hash64("other"), NOW).lifts == b""


def test_who_refuses_personalization_counts_for_popularity_alone(
    state: UserState, act: Apply
) -> None:
    """Of their region nothing is learned from them."""
    _people(state, act)
    before = crowd_of(state, 0, hash64("h"), NOW)
    state.users.rows["flags"] &= ~np.uint16(PERSONALIZATION_OK)
    after = crowd_of(state, 0, hash64("h"), NOW)
    assert after.popularity == before.popularity
    assert _lift(state, after, "u0") == pytest.approx(0.0, abs=0.01)


def test_the_crowd_does_not_depend_on_slots(state: UserState, act: Apply) -> None:
    """The same users in another order give the same bytes."""
    _people(state, act)
    first = crowd_of(state, hash64("s"), hash64("h"), NOW)
    rows = state.users.rows
    order = np.arange(len(rows))
    order[:400] = order[:400][::-1]
    state.users.rows = rows[order]
    state.users._live = None
    assert crowd_of(state, hash64("s"), hash64("h"), NOW) == first


def test_reservers_tell_their_taste(state: UserState, act: Apply) -> None:
    """The mean of what they watched, once there are enough who hold their reservation."""
    taste = np.eye(32, dtype=np.float32)[3]
    known = {"w": ("h", None, taste)}
    for n in range(LEAST_RESERVERS):
        assert crowd_of(state, hash64("s"), 0, NOW).reservers == b""
        user = {"user_id": f"u{n}", "ts": NOW}
        act({**user, "type": "watch", "stream_id": "w"}, known=known)
        act({**user, "type": "reserve", "stream_id": "s"})
    mean = np.frombuffer(crowd_of(state, hash64("s"), 0, NOW).reservers, np.float16)
    assert mean == pytest.approx(taste, abs=0.02)
    act({"user_id": "u0", "type": "reserve_cancel", "stream_id": "s", "ts": NOW + 1})
    assert crowd_of(state, hash64("s"), 0, NOW).reservers == b""


def test_region_and_age_come_back_with_old_rows(state: UserState) -> None:
    """They are told by the profile behind the row."""
    state.users.slots_of(["ann"], create=True)
    state.users.apply_profile_update(0, 1, {"region": "north", "age_band": "50+"})
    expected = state.users.rows[["region_h", "age_h"]][0].copy()
    records = state.take_changed(NOW)
    for chunk in records:
        state.restore(chunk)
    assert state.users.rows[["region_h", "age_h"]][0] == expected
    state.users.apply_profile_update(0, 2, {"region": None})
    assert state.users.rows["region_h"][0] == 0
