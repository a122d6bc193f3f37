"""Of two invitations that are too near to each other the better one goes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

from features.hashing import hash64
from features.row import short_hash
from features.update.activity import add_activity
from reminders.ladder import DEFAULT_RUNGS

FIRST, SECOND = NOON + 30 * HOUR, NOON + 31 * HOUR


def _scene(**settings: Any) -> Scene:
    """Ann follows two hosts, and looks at the phone just before the second one begins."""
    scene = Scene(rungs=DEFAULT_RUNGS[1:2], **settings)
    scene.follow("ann", host="one")
    scene.follow("ann", host="two")
    slot = np.array([scene.slot("ann")] * 7)
    ts = SECOND - 90 * MINUTE - np.arange(1, 8) * 24 * HOUR
    users = scene.state.users
    add_activity(users.rows, slot, users.zone[slot], ts, np.arange(7), users.zones)
    scene.stream(FIRST, "first", host_id="one")
    scene.stream(SECOND, "second", host_id="two")
    return scene


def _loves(scene: Scene, host: str) -> None:
    """Let Ann have watched a host for hours."""
    row = scene.state.users.rows[scene.slot("ann")]
    row["host_h"][0], row["host_w"][0] = short_hash(hash64(host)), 20.0
    row["host_ts"][0], row["last_ts"] = NOON // 1_000, NOON


@pytest.mark.parametrize(("loved", "sent"), [("one", "first"), ("two", "second")])
def test_the_better_one_goes_whichever_is_due_first(loved: str, sent: str) -> None:
    """The other is too near to it."""
    scene = _scene()
    _loves(scene, loved)
    scene.run(SECOND)
    assert [stream for _, stream, *_ in scene.sent] == [sent]
    assert scene.suppressed == {"min_gap": 1}


def test_who_may_have_both_has_both() -> None:
    """Where no time must lie between, none gives way."""
    scene = _scene(min_gap_ms=0)
    _loves(scene, "two")
    scene.run(SECOND)
    assert [stream for _, stream, *_ in scene.sent] == ["first", "second"]


def test_nothing_gives_way_to_what_will_not_go() -> None:
    """What the user has seen already, or is held out from, is no rival."""
    scene = _scene()
    _loves(scene, "two")
    scene.run(SECOND - 4 * HOUR)
    scene.touch("ann", "enter", "second", ts=scene.now)
    scene.run(SECOND)
    assert [stream for _, stream, *_ in scene.sent] == ["first"]
    scene = _scene(holdout_invite=1.0 - 1e-12)
    _loves(scene, "two")
    held = [
        group.stream.stream_id
        for now in range(NOON, SECOND, 5 * MINUTE)
        for group in scene.tick(now).held_out
    ]
    assert held == ["first", "second"]
