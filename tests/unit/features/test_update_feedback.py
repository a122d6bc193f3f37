from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from features.contracts import FEEDBACK_CODE
from features.decay import DAY_MS
from features.decode import FeedbackColumns
from features.row import (
    FATIGUE_DELIVERED,
    FATIGUE_DISMISSED,
    FATIGUE_OPENED,
    FATIGUE_SENT,
    MUTED,
    NEVER,
)
from features.state import UserState
from features.steps import activity_of
from features.update import apply_feedback, record_sends
from features.user_table import UserTable

NOW = 1_790_000_000_000
NONE = np.zeros(1, np.uint64)
Apply = Callable[..., None]
Row = Callable[..., Any]


def test_the_later_of_muted_and_unmuted_wins(act: Apply, report: Apply, row: Row) -> None:
    """Whatever the order of arrival; at equal times the last to come."""
    act({"type": "like", "ts": NOW})
    report({"type": "unmuted", "ts": NOW + 2}, {"type": "muted", "ts": NOW + 1})
    assert not row()["flags"][0] & MUTED
    report({"type": "muted", "ts": NOW + 1})
    assert not row()["flags"][0] & MUTED
    report({"type": "muted", "ts": NOW + 2})
    assert row()["flags"][0] & MUTED
    assert row()["mute_ts"][0] == NOW + 2


def test_an_opening_is_presence_but_no_interaction(act: Apply, report: Apply, row: Row) -> None:
    """It counts at its half-hour and as last opening; the reference of decays stays."""
    act({"type": "follow", "host_id": "h", "ts": NOW})
    report({"type": "opened", "ts": NOW + 9}, {"type": "opened", "ts": NOW + 5})
    assert row()["last_open_ts"][0] == NOW + 9
    assert row()["last_ts"][0] == NOW
    assert float(activity_of(row()).sum()) == 2.0


def test_fatigue_counts_with_a_half_life_of_a_week(
    act: Apply, report: Apply, row: Row, state: UserState
) -> None:
    """Feedback before, after and without a later interaction comes to the same."""
    week = 7 * DAY_MS
    act({"type": "like", "ts": NOW})
    report({"type": "delivered", "ts": NOW + week}, {"type": "dismissed", "ts": NOW})
    record_sends(state, state.users.slots_of(["ann"], create=False), np.array([NOW + week]), NONE)
    act({"type": "like", "ts": NOW + week})
    report({"type": "opened", "ts": NOW})
    fatigue = row()["fatigue"][0]
    assert fatigue[FATIGUE_DELIVERED] == pytest.approx(1.0)
    assert fatigue[FATIGUE_DISMISSED] == pytest.approx(0.5)
    assert fatigue[FATIGUE_OPENED] == pytest.approx(0.5)
    assert fatigue[FATIGUE_SENT] == pytest.approx(1.0)


def test_sends_to_a_user_who_never_acted(state: UserState, row: Row) -> None:
    """Several sends to one user count each; such a user is still one without events."""
    slots = state.users.slots_of(["ann", "ann", "bob"], create=True)
    record_sends(state, slots, np.array([NOW, NOW - 7 * DAY_MS, NOW]), NONE.repeat(3))
    assert row("ann")["fatigue"][0, FATIGUE_SENT] == pytest.approx(1.5)
    assert row("bob")["fatigue"][0, FATIGUE_SENT] == pytest.approx(1.0)
    assert row("ann")["first_ts"][0] == NEVER


def test_a_dormant_user_overflows_nothing(act: Apply, report: Apply, row: Row) -> None:
    """Feedback decades after the last event stays finite."""
    act({"type": "like", "ts": 0})
    report({"type": "delivered", "ts": NOW})
    assert np.isfinite(row()["fatigue"]).all()


def test_feedback_of_strangers_creates_nobody(report: Apply, state: UserState) -> None:
    """Unknown users are left out."""
    report({"type": "opened", "ts": NOW}, {"type": "muted", "ts": NOW, "user_id": "eve"})
    assert len(state.users) == 0


def test_what_an_opening_leaves_does_not_depend_on_the_slots_of_others() -> None:
    """After a restore users lie in other slots: the same feedback must leave the same rows."""
    people = [f"user-{number}" for number in range(30)]
    opened = [(NOW - age * DAY_MS, user) for age in range(1, 12) for user in people]

    def rows(order: list[str]) -> Any:
        state = UserState(UserTable("Asia/Shanghai", "zh-CN", (0, 0)), 600_000, 0)
        state.users.slots_of(order, create=True)
        columns = FeedbackColumns(
            position=np.arange(len(opened)),
            user_id=[user for _, user in opened],
            event_id=[str(number) for number in range(len(opened))],
            type=np.full(len(opened), FEEDBACK_CODE["opened"], np.uint8),
            ts=np.array([ts for ts, _ in opened]),
            reminder_id=[None] * len(opened),
        )
        apply_feedback(state, columns, state.users.slots_of(columns.user_id, create=False))
        return state.users.rows[state.users.slots_of(people, create=False)]

    assert rows(people).tobytes() == rows(people[::-1]).tobytes()
