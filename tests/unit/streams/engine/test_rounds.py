"""The contract's order, applied by columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.rounds import KindColumns, in_rounds

_records = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=12)
_kinds = st.tuples(_records, _records, _records)
Step = tuple[int, int]


def _columns(records: list[tuple[int, int]]) -> KindColumns:
    users = np.array([user for user, _ in records], np.uint64)
    return KindColumns(users, np.array([ts for _, ts in records], np.int64))


def _applied(
    kinds: tuple[list[tuple[int, int]], ...], *, by_time: bool
) -> dict[int, list[tuple[int, int]]]:
    """For each user the (kind, index) of the records in the order in which they are applied."""
    order: dict[int, list[Step]] = {}
    for kind, index in in_rounds([_columns(records) for records in kinds], by_time=by_time):
        for at in index.tolist():
            order.setdefault(kinds[kind][at][0], []).append((kind, at))
    return order


@given(_kinds)
def test_each_user_sees_the_global_order(kinds: tuple[list[tuple[int, int]], ...]) -> None:
    """For every user the rounds are the plain sort by (ts, kind, offset) of all records."""
    naive = sorted(
        (ts, kind, at, user)
        for kind, records in enumerate(kinds)
        for at, (user, ts) in enumerate(records)
    )
    expected: dict[int, list[Step]] = {}
    for _, kind, at, user in naive:
        expected.setdefault(user, []).append((kind, at))
    assert _applied(kinds, by_time=True) == expected


@given(_kinds)
def test_arrival_order_is_kept_on_the_wall_clock(
    kinds: tuple[list[tuple[int, int]], ...],
) -> None:
    """Not by time, each kind is applied once, whole and as it came."""
    columns = [_columns(records) for records in kinds]
    rounds = [(kind, index.tolist()) for kind, index in in_rounds(columns, by_time=False)]
    assert rounds == [
        (kind, list(range(len(records)))) for kind, records in enumerate(kinds) if records
    ]


def test_equal_times_order_the_kinds() -> None:
    """At one `ts`: profiles, then interactions, then feedback, each by offset."""
    same: list[tuple[int, int]] = [(7, 5), (7, 5)]
    assert _applied((same, same, same), by_time=True) == {
        7: [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    }


def test_a_round_orders_users_by_time_together() -> None:
    """Within a round all users' records are in the order of `ts`, then offset."""
    rounds = list(in_rounds([_columns([(1, 9), (2, 3), (3, 3)])], by_time=True))
    assert [(kind, index.tolist()) for kind, index in rounds] == [(0, [1, 2, 0])]


def test_few_rounds_serve_many_users() -> None:
    """There are as many rounds as one user alternates, however many users there are."""
    users = 500
    profiles = [(user, 0) for user in range(users)]
    events = [(user, 1) for user in range(users)]
    rounds = list(in_rounds([_columns(profiles), _columns(events)], by_time=True))
    assert [(kind, len(index)) for kind, index in rounds] == [(0, users), (1, users)]
