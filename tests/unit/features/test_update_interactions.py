from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from features.contracts import TYPE_CODE
from features.decay import DAY_MS
from features.hashing import hash64
from features.raw_records import RawRecords
from features.row import COUNT_CODE, HALF_LIVES_DAYS, short_hash
from features.state import UserState
from features.steps import activity_of, content_of
from features.touches import ATTENDED, EVER_RESERVED, RESERVED
from features.update.activity import ACTIVITY_MAX

NOW = 1_790_000_000_000
Act = Callable[..., None]
Row = Callable[..., Any]


def _short(name: str) -> int:
    return short_hash(hash64(name))


def watch(ts: int, host: str = "h", **fields: object) -> dict[str, object]:
    """Return a watch of stream s."""
    return {"type": "watch", "ts": ts, "stream_id": "s", "host_id": host, **fields}


def test_counts_decay_with_each_half_life(act: Act, row: Row) -> None:
    """An act of 7 days ago counts 2^-7, 1/2 and 2^(-7/30); totals count it whole."""
    act({"type": "app_open", "ts": NOW - 7 * DAY_MS}, {"type": "app_open", "ts": NOW})
    expected = [1.0 + 0.5 ** (7.0 / half_life) for half_life in HALF_LIVES_DAYS]
    assert row()["counts"][0, :, COUNT_CODE["app_open"]] == pytest.approx(expected, rel=1e-6)
    assert row()["totals"][0, TYPE_CODE["app_open"]] == 2


def test_a_late_event_adds_less_and_moves_nothing_back(act: Act, row: Row) -> None:
    """The reference stays where the newest event put it."""
    act({"type": "like", "ts": NOW})
    act({"type": "like", "ts": NOW - DAY_MS})
    assert row()["last_ts"] == NOW
    assert row()["first_ts"] == NOW - DAY_MS
    assert row()["counts"][0, 0, COUNT_CODE["like"]] == pytest.approx(1.5)


def test_two_batches_are_as_good_as_one(act: Act, row: Row) -> None:
    """How events are cut into batches leaves no trace but rounding."""
    events = [watch(NOW + n * 7_000_000, f"h{n % 4}", dwell_ms=60_000 * n) for n in range(20)]
    act(*[{**event, "user_id": "bob"} for event in events])
    for event in events:
        act(event)
    ann, bob = row("ann"), row("bob")
    for name in ("counts", "totals", "spend"):
        assert ann[name] == pytest.approx(bob[name], rel=1e-5)
    steps = 2 * float(ann["activity_unit"][0])
    assert activity_of(ann) == pytest.approx(activity_of(bob), abs=steps)
    assert dict(zip(ann["host_h"][0], ann["host_w"][0], strict=True)) == pytest.approx(
        dict(zip(bob["host_h"][0], bob["host_w"][0], strict=True)), rel=1e-5
    )


def test_presence_is_counted_in_the_users_own_zone(act: Act, row: Row, state: UserState) -> None:
    """20:15 UTC on a Friday is Saturday 4:15 in Shanghai and Friday 16:15 in New York."""
    slot = int(state.users.slots_of(["bob"], create=True)[0])
    state.users.apply_profile_update(slot, 0, {"timezone": "America/New_York"})
    friday = 1_790_367_300_000
    act({"type": "app_open", "ts": friday}, {"type": "app_open", "ts": friday, "user_id": "bob"})
    assert np.argwhere(row("ann")["activity"][0]).tolist() == [[1, 8]]
    assert np.argwhere(row("bob")["activity"][0]).tolist() == [[0, 32]]


def test_presence_fades_by_local_days(act: Act, row: Row) -> None:
    """30 days halve a half-hour, and a late event weighs what is left of it."""
    act({"type": "app_open", "ts": NOW})
    act({"type": "enter", "stream_id": "s", "ts": NOW + 30 * DAY_MS})
    act({"type": "search", "query": "q", "ts": NOW})
    assert float(activity_of(row()).sum()) == pytest.approx(2.0)


def test_leaving_is_no_presence(act: Act, row: Row) -> None:
    """Neither `leave` nor `follow` says that the user is there."""
    act(
        {"type": "leave", "stream_id": "s", "ts": NOW},
        {"type": "follow", "host_id": "h", "ts": NOW},
    )
    assert not row()["activity"].any()


def test_a_search_in_a_category_is_a_tie_to_it(act: Act, row: Row) -> None:
    """As looking at one of its products is; one in none is a tie to nothing."""
    act({"type": "search", "query": "q", "category": "tea", "ts": NOW})
    act({"type": "search", "query": "q", "ts": NOW})
    held = dict(zip(row()["category_h"][0].tolist(), row()["category_w"][0].tolist(), strict=True))
    assert {key: weight for key, weight in held.items() if weight} == {
        _short("tea"): pytest.approx(0.3)
    }


def test_presence_saturates(act: Act, row: Row) -> None:
    """Thousands of events in one half-hour stay within what a row holds."""
    for _ in range(3):
        act(*[{"type": "app_open", "ts": NOW}] * 1_000)
    assert float(activity_of(row()).max()) == ACTIVITY_MAX
    assert row()["totals"][0, TYPE_CODE["app_open"]] == 3_000


def test_strong_acts_make_strong_ties(act: Act, row: Row) -> None:
    """A purchase ties more than a gift, a gift more than ten minutes, these more than a like."""
    act(
        {"type": "purchase", "ts": NOW, "host_id": "buy", "amount": 9.0},
        {"type": "gift", "ts": NOW, "host_id": "give"},
        watch(NOW, "watch", dwell_ms=600_000),
        {"type": "like", "ts": NOW, "host_id": "like"},
    )
    weight = dict(zip(row()["host_h"][0].tolist(), row()["host_w"][0].tolist(), strict=True))
    names = ["buy", "give", "watch", "like"]
    assert sorted(names, key=lambda name: -weight[_short(name)]) == names


def test_only_watching_sets_the_last_watch(act: Act, row: Row) -> None:
    """A follow knows the host, but has not seen it; a late watch does not turn time back."""
    act({"type": "follow", "host_id": "h", "ts": NOW})
    assert row()["host_ts"][0, 0] == 0
    act(watch(NOW - 5_000))
    act(watch(NOW - 9_000))
    assert row()["host_ts"][0, 0] == (NOW - 5_000) // 1000


def test_a_strong_host_takes_the_weakest_place(act: Act, row: Row) -> None:
    """Eight places: the ninth host wins that of the weakest when it weighs more."""
    act(*[{"type": "gift", "ts": NOW, "host_id": f"h{n}"} for n in range(7)])
    act({"type": "like", "ts": NOW, "host_id": "weak"})
    act({"type": "purchase", "ts": NOW, "host_id": "strong"})
    hosts = row()["host_h"][0].tolist()
    assert _short("strong") in hosts
    assert _short("weak") not in hosts
    assert {_short(f"h{n}") for n in range(7)} <= set(hosts)


def test_a_steady_newcomer_gets_in(act: Act, row: Row) -> None:
    """Each small act wears the weakest down, so that many make a place."""
    act(*[{"type": "gift", "ts": NOW, "host_id": f"h{n}"} for n in range(8)])
    for _ in range(8):
        act({"type": "like", "ts": NOW, "host_id": "new"})
    assert _short("new") in row()["host_h"][0].tolist()


def test_many_new_hosts_in_one_batch_come_in_turn(act: Act, row: Row) -> None:
    """Equal weights: the last to come hold the places, as if each had come alone."""
    names = [f"h{n}" for n in range(20)]
    act(*[{"type": "like", "ts": NOW, "host_id": name} for name in names])
    for name in names:
        act({"type": "like", "ts": NOW, "host_id": name, "user_id": "bob"})
    assert row("ann")["host_h"].tolist() == row("bob")["host_h"].tolist()


def test_a_stream_stands_for_its_host_category_and_content(act: Act, row: Row) -> None:
    """Events that name only a stream use what is known of it."""
    content = np.eye(32, dtype=np.float32)[3]
    known = {"s": ("host", "food", content)}
    act({"type": "watch", "stream_id": "s", "ts": NOW, "dwell_ms": 10**9}, known=known)
    assert row()["host_h"][0, 0] == _short("host")
    assert row()["category_h"][0, 0] == _short("food")
    assert content_of(row())[0] == pytest.approx(3.0 * content)


def test_content_fades_by_days(act: Act, row: Row) -> None:
    """What was watched 30 days ago weighs half, whichever came first."""
    known = {f"s{n}": ("h", None, np.eye(32, dtype=np.float32)[n]) for n in range(2)}
    for user, times in (("ann", (NOW, NOW + 30 * DAY_MS)), ("bob", (NOW + 30 * DAY_MS, NOW))):
        for ts in times:
            stream = f"s{int(ts > NOW)}"
            act({**watch(ts), "stream_id": stream, "user_id": user}, known=known)
        assert content_of(row(user))[0, :2] == pytest.approx([0.25, 0.5])


def test_spending_is_summed_and_decayed(act: Act, row: Row) -> None:
    """Gifts and purchases count with their amounts, others not."""
    act(
        {"type": "purchase", "ts": NOW - 30 * DAY_MS, "amount": 10.0},
        {"type": "gift", "ts": NOW, "amount": 2.0},
        {"type": "cart_add", "ts": NOW, "amount": 99.0},
    )
    assert row()["spend_total"] == 12.0
    assert float(row()["spend"][0]) == pytest.approx(7.0)


def test_absurd_amounts_stay_finite(act: Act, row: Row) -> None:
    """A broken producer does not turn sums into infinities."""
    act(*[{"type": "gift", "ts": NOW, "amount": 1e308}] * 9)
    assert np.isfinite(row()["spend"]).all()
    assert np.isfinite(row()["spend_total"]).all()


def test_follows_and_touches_are_passed_on(act: Act, state: UserState) -> None:
    """The later of follow and unfollow wins; reservations and attendance are noted."""
    act(
        {"type": "unfollow", "host_id": "h", "ts": NOW + 1},
        {"type": "follow", "host_id": "h", "ts": NOW},
        {"type": "follow", "host_id": "g", "ts": NOW},
        {"type": "reserve", "stream_id": "s", "ts": NOW},
        {"type": "enter", "stream_id": "t", "ts": NOW},
    )
    slots = state.users.slots_of(["ann"], create=False)
    assert not state.follows.following(slots, hash64("h"))[0]
    assert state.follows.following(slots, hash64("g"))[0]
    assert state.touches.lookup(slots, hash64("s"))["flags"][0] == RESERVED | EVER_RESERVED
    assert state.touches.lookup(slots, hash64("t"))["flags"][0] == ATTENDED


def test_changed_rows_are_marked(act: Act, state: UserState) -> None:
    """The changelog gets the users of the batch and nobody else."""
    act({"type": "like", "ts": NOW}, {"type": "like", "ts": NOW, "user_id": "bob"})
    state.users.take_changed()
    act({"type": "like", "ts": NOW, "user_id": "bob"})
    assert RawRecords.joined(state.users.take_changed()).keys() == [b"bob"]


def test_extreme_times_break_nothing(act: Act, row: Row) -> None:
    """Any age is accepted, the year one and the last second of a 53-bit clock too."""
    act(*[{"type": "app_open", "ts": ts} for ts in (-(2**53) + 1, -1, 0, NOW, 2**53 - 1)])
    assert row()["totals"][0, 0] == 5
    assert row()["counts"][0, 2, 0] == pytest.approx(1.0)
    assert np.isfinite(activity_of(row())).all()
