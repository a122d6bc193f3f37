from __future__ import annotations

import json

import numpy as np
from planscene.scene import HOUR, MINUTE, NOON, Scene

from features.decode import decode_feedback
from features.raw_records import RawRecords
from features.registry import FEATURE_NAMES
from online_models.example import Example
from reminders.journal import DELAY
from reminders.planner import Planner
from reminders.reminder_id import announcement_h, join_id

START = NOON + 30 * HOUR


def answer(scene: Scene, user: str, rung: str, kind: str, ts: int) -> None:
    """Let a user answer a reminder of the stream `s`."""
    user_h = int(scene.state.users.rows["user_h"][scene.slot(user)])
    event = {
        "event_id": "1",
        "user_id": user,
        "ts": ts,
        "type": kind,
        "reminder_id": join_id(announcement_h("s", rung, START), user_h),
    }
    cols, _ = decode_feedback(RawRecords.of([user.encode()], [json.dumps(event).encode()]), None)
    scene.planner.feedback(scene.state, cols, np.array([scene.slot(user)]))


def close(scene: Scene, now: int) -> dict[tuple[str, str], Example]:
    """Return the examples that close, by user and rung."""
    examples = scene.planner.close_labels(scene.state, scene.board, now)
    return {(one.user_id, one.rung): one for one in examples}


def test_labels_close_with_the_stream_and_once() -> None:
    """Opened in time, reserved, attended, muted, bought: each as it was; silence is a no."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann", "bob")
    scene.stream(START)
    scene.run(START - 18 * HOUR)
    sent = {name: send_ts for name, *_, send_ts in scene.sent}
    answer(scene, "ann", "24h", "opened", sent["ann"] + 2 * HOUR)
    answer(scene, "bob", "24h", "opened", sent["bob"] + 2 * HOUR + 1)
    scene.touch("ann", "reserve", ts=sent["ann"] + HOUR)
    scene.touch("ann", "watch", ts=START + HOUR)
    scene.touch("ann", "purchase", ts=START + HOUR)
    assert close(scene, START + 6 * HOUR - 1) == {}
    labelled = close(scene, START + 6 * HOUR)
    ann, bob = labelled["ann", "24h"], labelled["bob", "24h"]
    assert (ann.opened, ann.reserved, ann.attended, ann.purchased, ann.muted) == (
        *(True, True, True, True),
        False,
    )
    assert not any((bob.opened, bob.reserved, bob.attended, bob.purchased, bob.muted))
    assert (ann.decided_ts, ann.closed_ts, ann.intent) == (
        *(sent["ann"], START + 6 * HOUR),
        "invite",
    )
    assert len(ann.x) == len(FEATURE_NAMES)
    assert ann.x[0] == 1.0
    assert close(scene, START + 7 * HOUR) == {}


def test_a_reservation_that_came_late_is_no_answer() -> None:
    """Made before the invitation, told after it: whether that would have brought one is unknown."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann", "bob")
    scene.stream(START)
    scene.run(START - 18 * HOUR)
    sent = {name: send_ts for name, *_, send_ts in scene.sent}
    scene.touch("ann", "reserve", ts=sent["ann"] - MINUTE)
    scene.touch("bob", "reserve", ts=sent["bob"] + MINUTE)
    labelled = close(scene, START + 6 * HOUR)
    assert labelled["ann", "24h"].reserved is None
    assert labelled["bob", "24h"].reserved is True


def test_the_holdout_is_labelled_as_unsent() -> None:
    """Who would have been sent a reminder is remembered, and not sent one."""
    scene = Scene(min_gap_ms=0, holdout_invite=1.0 - 1e-12)
    scene.follow("ann")
    scene.stream(START)
    scene.run(START)
    assert scene.sent == []
    scene.touch("ann", "watch", ts=START + 1)
    labelled = close(scene, START + 6 * HOUR)
    assert {rung for _, rung in labelled} == {"24h", "2h", "15m"}
    for example in labelled.values():
        assert (example.sent, example.attended) == (False, True)
        assert example.opened is None
        assert example.muted is None


def test_nothing_is_learned_of_a_cancelled_stream() -> None:
    """Nobody could attend it."""
    scene = Scene()
    scene.follow("ann")
    scene.stream(START)
    scene.run(START - 18 * HOUR)
    scene.stream(START, status="cancelled")
    assert close(scene, scene.now) == {}
    assert close(scene, START + 9 * HOUR) == {}


def test_examples_are_a_bounded_sample() -> None:
    """About as many as the setting says, chosen by hash."""
    scene = Scene(examples_per_plan=100, min_gap_ms=0)
    scene.follow(*(f"user-{n}" for n in range(1_000)))
    scene.stream(START)
    scene.run(START - 18 * HOUR)
    assert len(scene.sent) == 1_000
    scene.stream(START, status="ended")
    assert 60 < len(close(scene, scene.now + MINUTE)) < 140


def test_what_is_shown_comes_with_the_example() -> None:
    """Copies and covers that were chosen after the decision are kept, over a restart too."""
    scene = Scene()
    scene.follow("ann")
    scene.stream(START)
    now = START - 28 * HOUR
    while not (decision := scene.tick(now)).groups:
        now += 5 * MINUTE
    group = decision.groups[0]
    group.copy_ids, group.cover_ids, group.segments = ["c"], [None], ["en"]
    group.propensity = group.propensity * 0.5
    records = scene.planner.take_changed()
    scene.planner = Planner(scene.settings)
    for key, value in records:
        scene.planner.restore(key, value)
    example = close(scene, START + 6 * HOUR)["ann", "24h"]
    assert (example.copy_id, example.cover_id, example.segment) == ("c", None, "en")
    assert example.propensity == 0.5


def test_an_erased_user_leaves_no_example() -> None:
    """Also where theirs was the only decision: the others' labels close as ever."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START)
    scene.run(START - 20 * HOUR)
    assert scene.rungs("ann") == [("24h", "invite")]
    slot = scene.slot("ann")
    user_h = int(scene.state.users.rows["user_h"][slot])
    scene.state.forget("ann", scene.now, scene.now)
    scene.planner.forget(user_h)
    scene.follow("bob")
    scene.run(START)
    assert {user for user, _ in close(scene, START + 7 * HOUR)} == {"bob"}


def test_the_delay_of_openings_is_learned_where_late_ones_could_be_seen() -> None:
    """An opening of the last minutes before the start says nothing of how long openings take."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START)
    scene.run(START - 1)
    sent = {rung: send_ts for _, _, rung, _, send_ts in scene.sent}
    told = {}
    for rung in ("15m", "24h"):
        scene.planner.take_changed()
        answer(scene, "ann", rung, "opened", sent[rung] + MINUTE)
        told[rung] = any(key[1:2] == DELAY for key, _ in scene.planner.take_changed())
    assert told == {"15m": False, "24h": True}
