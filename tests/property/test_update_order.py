"""Rows do not depend on the order of events or on batches, and count what a plain loop counts."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.contracts import INTERACTION_TYPES, TYPE_CODE
from features.decay import DAY_MS
from features.decode import InteractionColumns
from features.hashing import hash64, hash64_many
from features.row import COUNTED_TYPES, HALF_LIVES_DAYS, short_hash
from features.state import UserState
from features.steps import activity_of, content_of
from features.update import apply_interactions
from features.update.weights import AFFINITY_WEIGHT, IS_PRESENCE
from features.user_table import UserTable

START = 1_774_000_000_000  # in March 2026, some days before Europe changes its clocks
ZONES = {"ann": "Europe/Berlin", "bob": "America/New_York", "eve": "Asia/Kathmandu"}
EPOCH = date(1970, 1, 1).toordinal()
CONTENTS = {
    hash64(f"s{n}"): (hash64(f"h{n}"), hash64(f"c{n}"), np.eye(32, dtype=np.float32)[n])
    for n in range(5)
}

Event = tuple[str, int, int, int, int, int]  # user, type, ts, stream, dwell, amount

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ZONES)),
        st.integers(0, len(INTERACTION_TYPES) - 1),
        st.integers(0, 60 * 1_440).map(lambda minute: START + minute * 60_000 + 7),
        st.integers(0, 4),
        st.integers(0, 7_200_000),
        st.integers(0, 500),
    ),
    min_size=1,
    max_size=60,
)


def columns(events: list[Event]) -> InteractionColumns:
    """Return the events as decoded columns."""
    users = [event[0].encode() for event in events]
    size = np.array([len(user) for user in users])
    nothing = np.zeros(len(events), np.uint64)
    return InteractionColumns(
        text=np.frombuffer(b"".join(users), np.uint8),
        position=np.arange(len(events)),
        type=np.array([event[1] for event in events], np.uint8),
        ts=np.array([event[2] for event in events], np.int64),
        dwell_ms=np.array([event[4] for event in events], np.float64),
        amount=np.array([event[5] for event in events], np.float64),
        user_h=hash64_many([event[0] for event in events]),
        event_h=nothing + np.uint64(1),
        stream_h=hash64_many([f"s{event[3]}" for event in events]),
        host_h=nothing,
        category_h=nothing,
        user_at=np.cumsum(size) - size,
        user_size=size,
    )


def applied(batches: list[list[Event]]) -> UserState:
    """Return a partition after these batches."""
    state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, 0)
    for slot, user in zip(state.users.slots_of(list(ZONES), create=True), ZONES, strict=True):
        state.users.apply_profile_update(int(slot), 0, {"timezone": ZONES[user]})
    for batch in batches:
        cols = columns(batch)
        slots = state.users.slots_of(cols.user_ids(), create=True)
        apply_interactions(state, cols, slots, CONTENTS.get)
    return state


def row_of(users: UserTable, user: str) -> np.void:
    """Return the row of one user."""
    row: np.void = users.rows[users.slots_of([user], create=False)[0]]
    return row


def ties(row: np.void, keys: str, *values: str) -> dict[int, list[float]]:
    """Return what is known of each key, in whatever place it stands."""
    return {
        int(key): [float(row[value][place]) for value in values]
        for place, key in enumerate(row[keys])
        if key
    }


@settings(deadline=None, max_examples=60)
@given(EVENTS, st.integers(0, 2**32), st.integers(1, 20))
@example([("bob", 0, START + 51_240_000, 0, 0, 0), ("bob", 2, START + 22_080_000, 0, 278, 0)], 1, 1)
def test_order_and_batches_do_not_matter(events: list[Event], seed: int, size: int) -> None:
    """One batch in order comes to the same as small batches in any order."""
    shuffled = events.copy()
    random.Random(seed).shuffle(shuffled)
    pieces = [shuffled[first : first + size] for first in range(0, len(events), size)]
    one, other = applied([events]).users, applied(pieces).users
    for user in ZONES:
        left, right = row_of(one, user), row_of(other, user)
        for name in ("first_ts", "last_ts", "activity_day"):
            assert left[name] == right[name]
        assert np.array_equal(left["totals"], right["totals"])
        for name in ("counts", "spend", "spend_total"):
            np.testing.assert_allclose(left[name], right[name], rtol=1e-4, atol=1e-30)
        for read in (activity_of, content_of):
            found, expected = (read(rows.reshape(1)) for rows in (left, right))
            # Six steps, each 1/64 or at most 1/63 of the largest: each addition may err by one.
            steps = 0.1 * max(np.abs(expected).max(), 1.0)
            np.testing.assert_allclose(found, expected, rtol=0, atol=steps)
        for keys, *values in (("host_h", "host_w", "host_ts"), ("category_h", "category_w")):
            known, wanted = ties(left, keys, *values), ties(right, keys, *values)
            assert known.keys() == wanted.keys()
            for key, value in wanted.items():
                np.testing.assert_allclose(known[key], value, rtol=1e-4, atol=1e-30)


@settings(deadline=None, max_examples=60)
@given(EVENTS)
def test_rows_hold_what_a_plain_loop_counts(events: list[Event]) -> None:
    """Counts, totals, presence in the user's zone, and ties, event by event."""
    users = applied([events]).users
    for user, zone in ZONES.items():
        own = [event for event in events if event[0] == user]
        if not own:
            continue
        row = row_of(users, user)
        last = max(event[2] for event in own)
        counts = np.zeros((3, len(INTERACTION_TYPES)))
        for event in own:
            for half, days in enumerate(HALF_LIVES_DAYS):
                counts[half, event[1]] += 0.5 ** ((last - event[2]) / DAY_MS / days)
        counted = [TYPE_CODE[name] for name in COUNTED_TYPES]
        np.testing.assert_allclose(row["counts"], counts[:, counted], rtol=1e-5)
        totals = Counter(event[1] for event in own)
        assert row["totals"].tolist() == [totals[code] for code in range(len(INTERACTION_TYPES))]
        check_presence(row, own, ZoneInfo(zone))
        check_hosts(row, own, last)


def check_presence(row: np.void, own: list[Event], zone: ZoneInfo) -> None:
    """Compare the activity histogram with one made from `datetime`."""
    moments = [
        datetime.fromtimestamp(event[2] / 1000, zone) for event in own if IS_PRESENCE[event[1]]
    ]
    expected = np.zeros((2, 48))
    newest = max((moment.toordinal() for moment in moments), default=0)
    for moment in moments:
        age = newest - moment.toordinal()
        half_hour = moment.hour * 2 + moment.minute // 30
        expected[int(moment.weekday() >= 5), half_hour] += 0.5 ** (age / 30)
    # A step is at most 1/127 of the busiest half-hour, and each event may round by one.
    steps = 0.03 * expected.max() + 1e-6
    np.testing.assert_allclose(activity_of(row.reshape(1))[0], expected, rtol=0, atol=steps)
    assert not moments or row["activity_day"] == newest - EPOCH


def check_hosts(row: np.void, own: list[Event], last: int) -> None:
    """Compare the weights of hosts with the documented table."""
    expected: defaultdict[int, float] = defaultdict(float)
    for _, code, ts, stream, dwell, _ in own:
        name = INTERACTION_TYPES[code]
        weight = AFFINITY_WEIGHT.get(name, 0.0)
        if name in {"watch", "leave"} and dwell:
            weight = 3.0 * (1.0 - np.exp(-dwell / 1_800_000))
        elif name == "watch":
            weight = 0.5
        if weight:
            host = short_hash(hash64(f"h{stream}"))
            expected[host] += weight * 0.5 ** ((last - ts) / DAY_MS / 30)
    found = {key: values[0] for key, values in ties(row, "host_h", "host_w").items()}
    assert found.keys() == expected.keys()
    for key, weight in expected.items():
        np.testing.assert_allclose(found[key], weight, rtol=1e-4)
