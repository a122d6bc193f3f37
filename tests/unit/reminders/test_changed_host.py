"""A stream that becomes another host's while its window is open."""

from __future__ import annotations

import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

from reminders.planner import Planner

START = NOON + 30 * HOUR
OPENS = START - 4 * HOUR


def reminded(scene: Scene) -> dict[str, list[str]]:
    """Return who was reminded on the rung 2h, each with the intents."""
    found: dict[str, list[str]] = {}
    for user, _, rung, intent, _ in scene.sent:
        if rung == "2h":
            found.setdefault(user, []).append(intent)
    return found


class Restarting(Scene):
    """A scene whose planner may be replaced by one that reads what was written down."""

    def __init__(self) -> None:
        super().__init__(min_gap_ms=0)
        self._written: dict[bytes, bytes | None] = {}

    def restart(self) -> None:
        """Go on with a new planner."""
        self._written.update(self.planner.take_changed())
        self.planner = Planner(self.settings)
        for key, value in self._written.items():
            self.planner.restore(key, value)


def scene_of(restarts: bool) -> Restarting:
    """People who follow the old host, the new one, both, and one who has reserved."""
    scene = Restarting()
    scene.follow("old", "both", host="host")
    scene.follow("new", "both", host="other")
    scene.touch("fan", "reserve")
    scene.stream(START)
    scene.run(OPENS)
    scene.stream(START, host_id="other")
    if restarts:
        scene.restart()
    return scene


@pytest.mark.parametrize("restarts", [False, True])
def test_the_new_hosts_followers_are_reminded_and_the_old_ones_not(restarts: bool) -> None:
    """In the window that is open, each once; who has reserved is reminded all the same."""
    scene = scene_of(restarts)
    scene.run(START - 40 * MINUTE)
    assert reminded(scene) == {"new": ["invite"], "both": ["invite"], "fan": ["attend"]}


@pytest.mark.parametrize("restarts", [False, True])
def test_who_follows_the_new_host_later_is_reminded(restarts: bool) -> None:
    """The plan is found by the host that the stream has now, by a restarted planner too."""
    scene = scene_of(restarts)
    scene.run(OPENS + 20 * MINUTE)
    if restarts:
        scene.restart()
    scene.follow("late", host="other", ts=3)
    scene.follow("too-late", host="host", ts=3)
    scene.run(START - 40 * MINUTE)
    assert reminded(scene).get("late") == ["invite"]
    assert "too-late" not in reminded(scene)


def test_a_window_that_opens_again_is_the_new_hosts() -> None:
    """The stream moves away, changes its host, and comes back to the same start."""
    scene = Scene(min_gap_ms=0)
    scene.stream(START)
    scene.run(OPENS)
    scene.stream(START + 20 * HOUR)
    scene.run(OPENS + 10 * MINUTE)
    scene.stream(START, host_id="other")
    scene.run(OPENS + 20 * MINUTE)
    scene.follow("late", host="other", ts=3)
    scene.run(START - 40 * MINUTE)
    assert reminded(scene) == {"late": ["invite"]}
