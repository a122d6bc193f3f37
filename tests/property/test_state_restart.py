"""A partition that restarts at any moment, from a compacted log, is the one that never did."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from features.contracts import TYPE_CODE
from features.hashing import hash64_many
from features.raw_records import RawRecords
from features.state import Record, UserState
from features.user_table import UserTable

_IDS = [f"user-{number}" for number in range(5)]
_TARGETS = np.arange(1, 4, dtype=np.uint64)
_TYPES = ["reserve", "reserve_cancel", "watch", "purchase"]
_users = st.sampled_from(_IDS)
_targets = st.integers(0, 2)
_times = st.integers(0, 10**7)


def _empty() -> UserState:
    return UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, salt=0)


def _content(state: UserState) -> list[object]:
    """All that can be asked about the users, without where they are kept."""
    slots = state.users.slots_of(_IDS, create=False)
    known = slots[slots >= 0]
    user_h = hash64_many(_IDS)
    edges = [
        edges.lookup(known, int(target)).tolist()
        for edges in (state.follows, state.touches)
        for target in _TARGETS
    ]
    erased = [state.erasures.erased(user_h, np.full(5, ts)).tolist() for ts in (0, 10**6, 10**7)]
    rows = state.users.rows[known].tobytes()
    names = state.users.nicknames(known).strings()
    sizes = [len(state.users), len(state.follows), len(state.touches), len(state.dedup)]
    return [(slots >= 0).tolist(), rows, names, edges, erased, sizes]


class RestartingPartition(RuleBasedStateMachine):
    """One partition goes on, its twin is restored from the log whenever the rules say so."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.twin = _empty(), _empty()
        self.log: list[Record] = []
        self.now = 0

    @rule(user=_users, place=_targets, ts=_times, name=st.sampled_from(_TYPES))
    def touch(self, user: str, place: int, ts: int, name: str) -> None:
        """A stream is reserved, watched, bought from."""
        for state in (self.one, self.twin):
            slots = state.users.slots_of([user], create=True)
            state.users.rows["totals"][slots, TYPE_CODE[name]] += 1
            newest = np.maximum(state.users.rows["last_ts"][slots], ts)
            state.users.rows["last_ts"][slots] = newest
            state.users.mark(slots)
            types = np.array([TYPE_CODE[name]], np.uint8)
            state.touches.touch_many(slots, _TARGETS[[place]], np.array([ts]), types)

    @rule(user=_users, place=_targets, ts=_times, on=st.booleans())
    def follow(self, user: str, place: int, ts: int, on: bool) -> None:
        """A host is followed or not any more."""
        for state in (self.one, self.twin):
            slots = state.users.slots_of([user], create=True)
            state.follows.set_many(slots, _TARGETS[[place]], np.array([ts]), np.array([on]))

    @rule(user=_users, event=_targets, ts=_times)
    def see(self, user: str, event: int, ts: int) -> None:
        """Both agree on whether an event is a repeat."""
        event_h = _TARGETS[[event]]
        user_h, times = hash64_many([user]), np.array([ts])
        one, twin = (s.dedup.fresh(user_h, event_h, times)[0] for s in (self.one, self.twin))
        assert one == twin

    @rule(user=_users, ts=_times, nickname=st.none() | st.text(max_size=3))
    def rename(self, user: str, ts: int, nickname: str | None) -> None:
        """A profile arrives."""
        for state in (self.one, self.twin):
            (slot,) = state.users.slots_of([user], create=True).tolist()
            state.users.apply_profile_update(slot, ts, {"nickname": nickname})

    @rule(user=_users, ts=_times)
    def forget(self, user: str, ts: int) -> None:
        """A user is erased."""
        one, twin = (state.forget(user, ts, self.now) for state in (self.one, self.twin))
        assert one == twin

    @rule(count=st.integers(1, 4))
    def evict(self, count: int) -> None:
        """Room for a few users only."""
        for state in (self.one, self.twin):
            state.evict(count)

    @rule(hours=st.sampled_from([0.001, 1, 13, 24 * 61]))
    def wait(self, hours: float) -> None:
        """Time passes, and what is too old expires."""
        self.commit()
        self.now += int(hours * 3_600_000)
        for state in (self.one, self.twin):
            state.expire(self.now, _TARGETS[:1])

    @rule()
    def commit(self) -> None:
        """What changed is written, each key once."""
        self.one.take_changed(self.now)
        changed = RawRecords.joined(self.twin.take_changed(self.now)).pairs()
        assert len({key for key, _ in changed}) == len(changed)
        self.log += changed

    @rule(start=st.integers(0, 40))
    def compact(self, start: int) -> None:
        """From some place on, the log keeps the newest record of each key only."""
        newest = {key: place for place, (key, _) in enumerate(self.log)}
        self.log = [
            record
            for place, record in enumerate(self.log)
            if place < start or newest[record[0]] == place
        ]

    @precondition(lambda self: self.log)
    @rule(chunk=st.integers(1, 20))
    def restart(self, chunk: int) -> None:
        """The twin is read back from the log, some records at a time."""
        self.commit()
        self.twin = _empty()
        for start in range(0, len(self.log), chunk):
            records = self.log[start : start + chunk]
            self.twin.restore(
                RawRecords.of([key for key, _ in records], [value for _, value in records])
            )
        assert self.twin.take_changed(self.now) == []

    @invariant()
    def they_are_the_same(self) -> None:
        """Nothing that can be asked tells them apart."""
        assert _content(self.one) == _content(self.twin)


TestRestartingPartition = RestartingPartition.TestCase
TestRestartingPartition.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, derandomize=True
)
