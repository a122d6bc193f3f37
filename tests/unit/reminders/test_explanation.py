"""An explanation says what the planner would do, and what else is against it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from planscene.models import hopeless

from features.contracts import StreamRecord
from features.decode import decode_feedback, decode_interactions
from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from features.state import UserState
from features.update import apply_feedback, apply_interactions
from features.user_table import UserTable
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from reminders.cohorts import Cohorts
from reminders.explanation import ExplainingPlanner
from reminders.explanation_texts import NOT_PLANNED, OBSTACLE_TEXTS
from reminders.ladder import DEFAULT_RUNGS
from reminders.rung_explanation import RungExplanation
from reminders.settings import DecisionSettings
from reminders.suppression import REASONS, Suppression
from streams.testing import feedback, interaction

HOUR = 3_600_000
NOON = 1_700_000_000_000 // (24 * HOUR) * 24 * HOUR + 4 * HOUR
"""Noon in Shanghai."""
SNAPSHOT = ModelSnapshot.untrained(FEATURE_NAMES)
LONG, MIDDLE, SHORT = DEFAULT_RUNGS


class World:
    """One partition, one board, one stream that starts three hours after noon."""

    def __init__(self, **settings: Any) -> None:
        self.state = UserState(UserTable("Asia/Shanghai", "en", (1320, 480)), 600_000, salt=1)
        self.board = Board(lambda _record: np.zeros(32, np.float32))
        self.planner = ExplainingPlanner(DecisionSettings(holdout_invite=0.0, **settings))
        self.snapshot = SNAPSHOT
        self.announce(status="scheduled")
        self.did("ann", "app_open")

    def announce(self, ts: int = NOON - HOUR, **fields: Any) -> None:
        """Put the stream on the board."""
        fields = {"host_id": "h", "title": "t", "start_ts": NOON + 3 * HOUR, **fields}
        self.board.apply(StreamRecord(stream_id="s", ts=ts, **fields))

    def did(self, user_id: str, kind: str, ts: int = NOON - HOUR, **about: Any) -> None:
        """Let a user do something."""
        if kind in {"muted", "unmuted"}:
            key, value = feedback(user_id, kind, ts)
            answers, _ = decode_feedback(RawRecords.of([key], [value]), None)
            apply_feedback(self.state, answers, self.state.users.slots_of([user_id], create=True))
            return
        key, value = interaction(user_id, kind, ts, **about)
        cols, rejected = decode_interactions(RawRecords.of([key], [value]), None)
        assert not rejected
        slots = self.state.users.slots_of([user_id], create=True)
        apply_interactions(self.state, cols, slots, lambda _stream_id: None)

    def profile(self, **fields: Any) -> None:
        """Let ann say something about herself."""
        slot = int(self.state.users.slots_of(["ann"], create=False)[0])
        self.state.users.apply_profile_update(slot, NOON - HOUR, fields)

    def decide(self, now_ms: int) -> int:
        """Let the planner decide; return how many reminders it sent."""
        decision = self.planner.decide(
            self.state, self.board, self.snapshot, now_ms - 1_000, now_ms
        )
        return len(decision)

    def explain(self, rung: Any = MIDDLE, now_ms: int = NOON) -> RungExplanation:
        """Ask about ann."""
        stream = self.board.get("s")
        assert stream is not None
        return self.planner.explain(
            self.state, self.board, self.snapshot, "ann", stream, rung, now_ms
        )


def test_a_follower_would_be_reminded_at_the_minute_that_planning_then_chooses() -> None:
    """Before, when planned, and until it is sent; then it would be a second time."""
    world = World()
    world.did("ann", "follow", host_id="h")
    before = world.explain()
    assert before.would_send
    assert not before.planned
    assert before.first_ts <= NOON <= before.at_ts <= before.last_ts
    assert world.decide(NOON) == 0
    planned = world.explain()
    assert (planned.planned, planned.would_send, planned.at_ts) == (True, True, before.at_ts)
    assert world.decide(before.at_ts) == 1
    after = world.explain(now_ms=before.at_ts + 1_000)
    assert after.held_by[0] == Suppression.DUPLICATE
    assert Suppression.MIN_GAP in after.held_by


def test_the_parts_sum_up_to_the_score() -> None:
    """Log-odds of p(attend | sent); the reasons are those of the reminder."""
    world = World()
    world.did("ann", "follow", host_id="h")
    told = world.explain()
    odds = math.log(told.p_attend / (1.0 - told.p_attend))
    assert sum(told.contributions.values()) == pytest.approx(odds)
    assert max(told.contributions, key=lambda name: told.contributions[name]) == "follows_host"
    assert (told.reasons[0].code, told.reasons[0].text) == ("follows_host", "You follow this host")
    assert told.value > told.price


def test_what_the_reservation_is_worth_is_told_as_a_part_of_the_value() -> None:
    """For an invitation; the rest is the value where it is worth nothing, and causes add up."""
    plain, worthy = World(), World(reserve_worth=2.0)
    for world in (plain, worthy):
        world.did("ann", "follow", host_id="h")
    without, told = plain.explain(), worthy.explain()
    assert without.reserve_value == 0.0
    assert without.p_reserve == told.p_reserve == pytest.approx(0.03)
    assert told.reserve_value == pytest.approx(2.0 * told.p_reserve)
    assert told.value == pytest.approx(without.value + told.reserve_value)
    odds = math.log(told.p_attend / (1.0 - told.p_attend))
    assert sum(told.contributions.values()) == pytest.approx(odds)
    assert told.reasons == without.reasons
    worthy.did("ann", "reserve", stream_id="s")
    attend = worthy.explain()
    assert (attend.intent, attend.p_reserve, attend.reserve_value) == ("attend", 0.0, 0.0)


@pytest.mark.parametrize("strategy", ["follow", "content"])
def test_the_part_of_the_reservation_is_that_of_the_strategy(strategy: Any) -> None:
    """To who sees no follow, ann is a stranger, who reserves less often."""
    worlds = World(cohorts=Cohorts(strategy)), World(cohorts=Cohorts(strategy), reserve_worth=2.0)
    for world in worlds:
        world.did("ann", "follow", host_id="h")
    without, told = (world.explain() for world in worlds)
    assert told.reserve_value == pytest.approx(told.value - without.value)
    assert told.reserve_value == pytest.approx(0.06 if strategy == "follow" else 0.02)


def test_asking_changes_nothing() -> None:
    """Neither the send times of the user, nor what is planned."""
    world = World()
    world.did("ann", "follow", host_id="h")
    before = world.state.users.rows[:1].tobytes()
    for rung in DEFAULT_RUNGS:
        world.explain(rung)
    assert world.state.users.rows[:1].tobytes() == before
    assert world.explain() == world.explain()


def test_a_stranger_is_not_worth_the_price() -> None:
    """And would be after a follow."""
    told = World().explain()
    assert told.held_by == (Suppression.BELOW_PRICE,)
    assert told.value <= told.price


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_trial_is_named_as_such(share: float) -> None:
    """The prior's value decides and is told; without a share the model's does."""
    world = World(explore=share)
    world.snapshot = hopeless()
    world.did("ann", "follow", host_id="h")
    told = world.explain()
    assert told.on_trial == told.would_send == (told.value > told.price) == (share > 0.0)
    assert told.held_by == (() if share else (Suppression.BELOW_PRICE,))
    assert world.decide(NOON) + world.decide(told.at_ts) == (share > 0.0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda w: w.profile(**{"consent.push": False}), Suppression.NO_CONSENT),
        (lambda w: w.did("ann", "muted"), Suppression.MUTED),
        (lambda w: w.did("ann", "enter", stream_id="s"), Suppression.ALREADY_ATTENDED),
        (
            lambda w: (
                w.profile(**{"consent.personalization": False})
                or w.did("ann", "unfollow", NOON - 1, host_id="h")
            ),
            Suppression.NO_PERSONALIZATION,
        ),
        (lambda w: w.announce(NOON, status="cancelled"), Suppression.CANCELLED),
        (lambda w: w.announce(NOON, status="live"), Suppression.STARTED),
        (lambda w: w.announce(NOON, status="scheduled", max_invites=0), Suppression.QUOTA),
        (
            lambda w: w.profile(quiet_hours={"start": "11:00", "end": "20:00"}),
            Suppression.QUIET_HOURS,
        ),
    ],
)
def test_what_decides_is_told_first(change: Any, code: Suppression) -> None:
    """Each rule by the code that metrics count it by, with a text and a remedy."""
    world = World()
    world.did("ann", "follow", host_id="h")
    change(world)
    told = world.explain()
    assert told.held_by[0] == code
    assert not told.would_send


def test_all_that_is_against_it_is_told() -> None:
    """Lifting the first alone would not help."""
    world = World()
    world.profile(**{"consent.push": False})
    world.did("ann", "muted")
    assert world.explain().held_by == (
        *(Suppression.NO_CONSENT, Suppression.MUTED, Suppression.BELOW_PRICE),
    )


def test_caps_hold_back_an_invitation_and_not_what_was_asked_for() -> None:
    """A reserver is reminded all the same."""
    world = World()
    world.did("ann", "follow", host_id="h")
    slot = int(world.state.users.slots_of(["ann"], create=False)[0])
    world.state.users.rows["sends"][slot, :3] = (NOON - 5 * HOUR) // 1_000
    told = world.explain()
    assert (told.intent, told.held_by) == ("invite", (Suppression.CAP_24H,))
    world.did("ann", "reserve", stream_id="s")
    told = world.explain()
    assert (told.intent, told.would_send) == ("attend", True)
    assert told.reasons[0].code == "reserved"


def test_a_holdout_is_named_as_such() -> None:
    """It is no fault of the user's."""
    world = World()
    world.planner = ExplainingPlanner(DecisionSettings(holdout_invite=1.0))
    world.did("ann", "follow", host_id="h")
    assert world.explain().held_by == (Suppression.HOLDOUT,)


def test_a_window_to_come_is_looked_at_as_of_then_and_one_that_is_past_is_missed() -> None:
    """The long rung closed in the morning; the short one opens half an hour before."""
    world = World()
    world.did("ann", "follow", host_id="h")
    short = world.explain(SHORT)
    assert short.would_send
    assert NOON < short.first_ts <= short.at_ts <= short.last_ts
    assert world.explain(LONG).held_by[0] == Suppression.WINDOW_MISSED


def test_whom_an_open_window_left_out_is_told() -> None:
    """Worth more since, by watching; but without a follow or a reservation nobody looks again."""
    world = World()
    world.decide(NOON)
    assert world.explain(now_ms=NOON + 60_000).held_by == (Suppression.BELOW_PRICE,)
    for minute in range(30):
        world.did("ann", "watch", NOON + minute, stream_id="s2", host_id="h")
    assert world.explain(now_ms=NOON + 60_000).held_by == (NOT_PLANNED,)
    world.did("ann", "follow", NOON + 60_000, host_id="h")
    world.decide(NOON + 61_000)
    assert world.explain(now_ms=NOON + 62_000).planned


def test_every_code_has_a_text_and_a_remedy() -> None:
    """Operators look codes up here."""
    assert set(OBSTACLE_TEXTS) == {*(reason.value for reason in REASONS), NOT_PLANNED}
    assert all(text and remedy for text, remedy in OBSTACLE_TEXTS.values())
