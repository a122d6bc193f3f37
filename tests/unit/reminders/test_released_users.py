"""Who was forbidden a reminder when its window was planned, and is allowed it later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

START = NOON + 30 * HOUR
OPENS = START - 4 * HOUR


@pytest.mark.parametrize("at", [OPENS - 3 * MINUTE, OPENS + 3 * MINUTE, OPENS + 2 * HOUR])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"timezone": "America/New_York"}, {"timezone": "Asia/Shanghai"}),
        ({"quiet_hours": {"start": "09:00", "end": "23:00"}}, {"quiet_hours": None}),
        ({"consent_push": False}, {"consent_push": True}),
    ],
)
def test_who_is_allowed_within_the_window_is_reminded(
    at: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Of a host they follow, and of what they have reserved; in the window, and once."""
    scene = Scene(min_gap_ms=0)
    quiet = {"start": "22:00", "end": "08:00"}
    for user in ("ann", "eve"):
        scene.says(user, ts=1, quiet_hours=quiet)
        scene.says(user, **before)
    scene.follow("ann")
    scene.touch("eve", "reserve")
    scene.stream(START)
    scene.run(at - at % (5 * MINUTE))
    for user in ("ann", "eve"):
        scene.says(user, ts=at, **after)
    scene.run(START - 40 * MINUTE)
    sent = {user: ts for user, _, rung, _, ts in scene.sent if rung == "2h"}
    assert set(sent) == {"ann", "eve"}
    assert all(max(at, OPENS) <= ts <= START - HOUR for ts in sent.values())
    assert len([one for one in scene.sent if one[2] == "2h"]) == 2


def test_a_name_alone_releases_nobody() -> None:
    """What binds no reminder costs no second look."""
    scene = Scene()
    scene.follow("ann")
    scene.state.take_signals()
    scene.says("ann", nickname="Ann")
    assert [len(signals.slots) for signals in scene.state.take_signals()] == [0, 0]
    scene.state.release(np.array([scene.slot("ann")]))
    assert [len(signals.slots) for signals in scene.state.take_signals()] == [0, 1]
