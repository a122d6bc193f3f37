"""The memory of one partition as a whole, and its records."""

from __future__ import annotations

import numpy as np
import pytest

from features.contracts import TYPE_CODE
from features.errors import StateVersionError
from features.hashing import hash64
from features.raw_records import RawRecords
from features.row import MUTED
from features.state import Record, UserState, are_ours
from features.user_table import UserTable

_HOST, _SHOW = hash64("host"), hash64("show")
_DAY_MS = 86_400_000


def _empty() -> UserState:
    return UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, salt=0)


def _pairs(chunks: list[RawRecords]) -> list[Record]:
    return RawRecords.joined(chunks).pairs()


def _restored(records: dict[bytes, bytes | None]) -> UserState:
    state = _empty()
    for key, value in records.items():
        state.restore(RawRecords.of([key], [value]))
    return state


def _act(state: UserState, user_id: str, ts: int = 1000) -> None:
    """The user follows a host and reserves a show."""
    slots = state.users.slots_of([user_id], create=True)
    state.users.rows["last_ts"][slots] = ts
    state.users.mark(slots)
    once = np.array([ts])
    state.follows.set_many(slots, np.array([_HOST], np.uint64), once, np.array([True]))
    reserve = np.array([TYPE_CODE["reserve"]], np.uint8)
    state.touches.touch_many(slots, np.array([_SHOW], np.uint64), once, reserve)
    event = np.array([hash64(f"{user_id} {ts}")], np.uint64)
    state.dedup.fresh(state.users.rows["user_h"][slots], event, once)


def test_all_of_it_comes_back(state: UserState) -> None:
    """Rows, edges and seen ids survive a restart, in whatever order the records are read."""
    for user_id in ("ann", "bob"):
        _act(state, user_id)
    state.forget("eve", 500, now=600)
    records = dict(reversed(_pairs(state.take_changed(now=1))))
    assert state.take_changed(now=2) == []
    other = _restored(records)
    slots = other.users.slots_of(["ann", "bob"], create=False)
    assert other.follows.following(slots, _HOST).all()
    assert sorted(other.touches.slots_with(_SHOW).tolist()) == sorted(slots.tolist())
    assert other.users.rows["last_ts"][slots].tolist() == [1000, 1000]
    ann = np.array([hash64("ann")], np.uint64)
    assert not other.dedup.fresh(ann, np.array([hash64("ann 1000")], np.uint64), np.array([9]))[0]
    assert other.erasures.erased(np.array([hash64("eve")], np.uint64), np.array([499]))[0]
    assert other.take_changed(now=3) == []


def test_a_forgotten_user_is_gone_from_the_log(state: UserState) -> None:
    """Every record that named them has a tombstone; what comes late from before is known."""
    _act(state, "ann")
    log = dict(_pairs(state.take_changed(now=1)))
    assert state.forget("ann", 2000, now=2500)
    log.update(_pairs(state.take_changed(now=2500)))
    assert not [key for key, value in log.items() if b"ann" in key and value is not None]
    other = _restored(log)
    assert len(other.users) == len(other.follows) == len(other.touches) == 0
    ann = np.array([hash64("ann")] * 2, np.uint64)
    assert other.erasures.erased(ann, np.array([1999, 2000])).tolist() == [True, False]


def test_a_repeated_erasure_spares_who_came_back(state: UserState) -> None:
    """Who returned after an erasure is a new user, whom its repeat does not touch."""
    _act(state, "ann")
    state.forget("ann", 2000, now=2500)
    _act(state, "ann", ts=3000)
    assert not state.forget("ann", 2000, now=3500)
    assert len(state.users) == 1
    log = _restored(dict(_pairs(state.take_changed(now=4000))))
    assert len(log.users) == len(log.follows) == 1


def test_an_unknown_user_can_be_erased(state: UserState) -> None:
    """Nothing is created, and late events are dropped all the same."""
    assert state.forget("ann", 2000, now=2500)
    assert len(state.users) == 0
    assert state.erasures.erased(np.array([hash64("ann")], np.uint64), np.array([1]))[0]


def test_the_longest_idle_are_evicted(state: UserState) -> None:
    """With their edges and with tombstones, down to the limit and not below."""
    for number in range(6):
        _act(state, f"user-{number}", ts=1000 * (number + 1))
    _pairs(state.take_changed(now=1))
    evicted = state.evict(max_users=4)
    assert [user_h for _, user_h in evicted] == [hash64("user-0"), hash64("user-1")]
    assert state.evict(max_users=4) == []
    gone = {key for key, value in _pairs(state.take_changed(now=2)) if value is None}
    assert {b"user-0", b"user-1"} < gone
    assert len(gone) == 6
    assert len(state.users) == len(state.follows) == 4


def test_who_refused_is_not_evicted(state: UserState) -> None:
    """Forgotten, they would be sent pushes when they come back."""
    for number in range(6):
        _act(state, f"user-{number}", ts=1000 * (number + 1))
    slots = state.users.slots_of([f"user-{number}" for number in range(4)], create=False)
    for slot, consent in zip(slots.tolist(), ("push", "personalization"), strict=False):
        state.users.apply_profile_update(slot, 1, {f"consent.{consent}": False})
    state.users.rows["flags"][slots[2]] |= MUTED
    evicted = state.evict(max_users=4)
    assert [user_h for _, user_h in evicted] == [hash64("user-3"), hash64("user-4")]
    assert [user_h for _, user_h in state.evict(max_users=1)] == [hash64("user-5")]
    assert len(state.users) == 3


def test_time_takes_its_share(state: UserState) -> None:
    """Seen ids expire, touches after 400 days unless the stream is to come; the log is told."""
    _act(state, "ann")
    _pairs(state.take_changed(now=0))
    state.expire(399 * _DAY_MS, np.empty(0, np.uint64))
    assert (len(state.touches), len(state.dedup)) == (1, 0)
    state.expire(401 * _DAY_MS, np.array([_SHOW], np.uint64))
    assert len(state.touches) == 1
    state.expire(401 * _DAY_MS, np.empty(0, np.uint64))
    assert len(state.touches) == 0
    assert [value for _, value in _pairs(state.take_changed(now=401 * _DAY_MS))] == [None, None]


def test_a_later_record_replaces_a_user(state: UserState) -> None:
    """Of several records of one key in a chunk the last one counts, a tombstone too."""
    _act(state, "ann")
    ((_, first),) = [pair for pair in _pairs(state.take_changed(now=1)) if pair[0] == b"ann"]
    _act(state, "ann", ts=5000)
    ((_, second),) = [pair for pair in _pairs(state.take_changed(now=2)) if pair[0] == b"ann"]
    other = _empty()
    other.restore(RawRecords.of([b"ann", b"ann"], [first, second]))
    assert other.users.rows["last_ts"][0] == 5000
    other.restore(RawRecords.of([b"ann", b"ann"], [second, None]))
    assert len(other.users) == 0


def test_edges_may_come_before_their_user(state: UserState) -> None:
    """Compaction leaves the newest record of each key, so a user's row may be the last of all."""
    _act(state, "ann")
    log = sorted(_pairs(state.take_changed(now=1)), reverse=True)
    other = _empty()
    for key, value in log:
        other.restore(RawRecords.of([key], [value]))
    assert other.users.rows[:1].tobytes() == state.users.rows[:1].tobytes()
    assert len(other.touches) == 1


def test_an_unknown_kind_is_refused(state: UserState) -> None:
    """A record of a newer release stops the worker with a text that says so."""
    with pytest.raises(StateVersionError, match="unknown kind"):
        state.restore(RawRecords.of([b"\xffZ123"], [b"?"]))
    keys = [b"\xffZ123", b"ann", b"\xfft123"]
    assert are_ours(RawRecords.of(keys, [None] * 3)).tolist() == [False, True, True]
