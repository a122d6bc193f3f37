"""Who agreed to no personalization: the nominal moment, and where it moves out of quiet hours."""

from __future__ import annotations

import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

START = NOON + 30 * HOUR


@pytest.mark.parametrize("step", [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE])
def test_a_nominal_moment_in_quiet_hours_moves_to_a_tick_before_them(step: int) -> None:
    """Where quiet hours begin with a tick, what is due in the minute before comes too late."""
    scene = Scene(min_gap_ms=0)
    for user, act in (("ann", scene.follow), ("eve", lambda user: scene.touch(user, "reserve"))):
        scene.says(
            user, consent_personalization=False, quiet_hours={"start": "15:00", "end": "23:00"}
        )
        act(user)
    scene.stream(START)
    scene.run(START - HOUR, step)
    sent = {user: send_ts for user, _, rung, _, send_ts in scene.sent if rung == "2h"}
    assert set(sent) == {"ann", "eve"}
    assert all(START - 3 * HOUR - step <= at < START - 3 * HOUR for at in sent.values())


@pytest.mark.parametrize("steps", [(5, 15), (15, 5)])
def test_such_a_moment_does_not_depend_on_even_ticks(steps: tuple[int, int]) -> None:
    """Whether ticks become longer or shorter between the plan and its moment."""
    scene = Scene(min_gap_ms=0)
    scene.says("ann", consent_personalization=False, quiet_hours={"start": "15:00", "end": "23:00"})
    scene.follow("ann")
    scene.stream(START)
    scene.run(START - 4 * HOUR, steps[0] * MINUTE)
    scene.run(START - 3 * HOUR - 20 * MINUTE, steps[0] * MINUTE)
    scene.run(START - HOUR, steps[1] * MINUTE)
    assert "2h" in [rung for _, _, rung, _, _ in scene.sent]
