"""Who is never invited says what people do of their own accord."""

from __future__ import annotations

import json

import numpy as np
import pytest
from planscene.scene import HOUR, MINUTE, NOON, SNAPSHOT, Scene

from features.crowd import NOBODY
from features.decode import decode_feedback
from features.raw_records import RawRecords
from online_models.example import Example
from reminders.appraisal import Announcement, Worth
from reminders.controls import LEAST, MOST, controls_of
from reminders.guardrails import standing
from reminders.journal import RESULTS
from reminders.ladder import DEFAULT_RUNGS
from reminders.planner import Planner
from reminders.reminder_id import announcement_h, join_id

START = NOON + 30 * HOUR
MANY = [f"user-{n}" for n in range(400)]


def _scene(stream: str = "s") -> Scene:
    """Four hundred strangers, each worth less than the price, before a stream."""
    scene = Scene(min_gap_ms=0)
    for user in MANY:
        scene.slot(user)
    scene.stream(START, stream)
    return scene


def _closed(scene: Scene) -> list[Example]:
    return scene.planner.close_labels(scene.state, scene.board, START + 6 * HOUR)


def _noted(values: list[float], price: float = 0.02) -> list[int]:
    """Return who is noted of so many users, their values as given, over all rungs."""
    scene = Scene()
    scene.stream(START)
    stream = scene.board.get("s")
    assert stream is not None
    names = [f"user-{n}" for n in range(len(values))]
    users = standing(scene.state, stream, scene.state.users.slots_of(names, create=True))
    worth = Worth(np.array(values), np.array(values), np.ones(len(values), np.bool_))
    found: list[int] = []
    for rung in DEFAULT_RUNGS:
        about = Announcement(stream, NOBODY, rung, SNAPSHOT, NOON, scene.settings)
        found += controls_of(about, users, worth, price).tolist()
    return found


def test_those_who_are_never_invited_are_labelled_as_unsent() -> None:
    """Some of them, on one rung each, with what they did."""
    scene = _scene()
    scene.run(START)
    assert scene.sent == []
    for user in MANY[::2]:
        scene.touch(user, "watch", ts=START + MINUTE)
    examples = _closed(scene)
    names = [one.user_id for one in examples]
    assert LEAST < len(names) < 3 * LEAST + 32
    assert len(set(names)) == len(names)
    assert {one.rung for one in examples} == {"24h", "2h", "15m"}
    assert all((one.sent, one.opened, one.muted) == (False, None, None) for one in examples)
    assert all(one.attended is (one.user_id in MANY[::2]) for one in examples)


def test_a_window_that_opens_again_notes_nobody_twice() -> None:
    """The stream moves away and back."""
    scene = _scene()
    scene.run(START - 2 * HOUR)
    scene.stream(START + 40 * HOUR)
    scene.run(START - 100 * MINUTE)
    scene.stream(START, "s")
    scene.run(START)
    noted = [(one.user_id, one.rung) for one in _closed(scene)]
    assert len(noted) == len(set(noted)) > LEAST


@pytest.mark.parametrize("stream", ["s", "t", "u", "v"])
def test_who_is_invited_is_no_control(stream: str) -> None:
    """Though on another rung, after they were noted, and after a restart."""
    scene = _scene(stream)
    scene.run(START - 45 * MINUTE)
    scene.follow(*MANY)
    restored = Planner(scene.settings)
    for key, value in scene.planner.take_changed():
        restored.restore(key, value)
    scene.planner = restored
    scene.run(START)
    invited = {name for name, *_ in scene.sent}
    assert invited == set(MANY)
    assert all(one.sent for one in _closed(scene))


def test_an_opening_of_what_was_not_sent_says_nothing() -> None:
    """Though its id is that of a reminder that might have been."""
    scene = _scene()
    scene.run(START - 17 * HOUR)
    for user in MANY:
        user_h = int(scene.state.users.rows["user_h"][scene.slot(user)])
        event = {
            "event_id": "1",
            "user_id": user,
            "ts": START - 27 * HOUR,
            "type": "opened",
            "reminder_id": join_id(announcement_h("s", "24h", START), user_h),
        }
        records = RawRecords.of([user.encode()], [json.dumps(event).encode()])
        cols, _ = decode_feedback(records, None)
        scene.planner.feedback(scene.state, cols, np.array([scene.slot(user)]))
    assert all(key[1:2] != RESULTS for key, _ in scene.planner.take_changed())
    assert all(one.opened is None for one in _closed(scene))


def test_the_nearer_to_the_price_the_likelier() -> None:
    """And above it all alike, whose shares are .4, .4 and .2 of 192 on three rungs.

    Who is worth nothing is not looked at.
    """
    values = [0.04] * 1_000 + [0.02] * 1_000 + [0.002] * 5_000 + [-0.1] * 1_000
    noted = np.array(_noted(values))
    dear, just, cheap, none = (
        int(np.count_nonzero((noted >= first) & (noted < first + size)))
        for first, size in ((0, 1_000), (1_000, 1_000), (2_000, 5_000), (7_000, 1_000))
    )
    assert 55 < dear < 100
    assert 55 < just < 100
    assert 20 < cheap < 60
    assert none == 0


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_where_everything_goes_all_are_alike(price: float) -> None:
    """A price of nothing, or less, is a setting like others."""
    noted = np.array(_noted([0.04] * 1_000 + [0.002] * 1_000, price))
    assert 2 * MOST < len(noted) < 4 * MOST
    assert 0.35 < np.count_nonzero(noted < 1_000) / len(noted) < 0.65


def test_no_more_than_the_bound() -> None:
    """Of each announcement, about, however many are worth it."""
    noted = _noted([0.04] * 3_000)
    assert 2 * MOST < len(noted) < 4 * MOST
    assert len(set(noted)) == len(noted)
