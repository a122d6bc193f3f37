"""Ticks of which two lie in one second: send times are whole seconds after the previous tick."""

from __future__ import annotations

from planscene.scene import MINUTE, NOON, Scene

from reminders.planner import Planner


def test_nothing_is_sent_at_a_tick_in_the_second_of_the_last() -> None:
    """Send times lie after the previous tick: where no whole second does, the next tick sends."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.tick(NOON)
    scene.tick(NOON + 6)
    scene.stream(NOON + 5 * MINUTE + 1_000)
    assert scene.tick(NOON + 7).groups == []
    scene.tick(NOON + 5_000)
    assert scene.rungs("ann") == [("15m", "invite")]
    assert scene.sent[0][-1] == NOON + 1_000


def test_what_a_tick_could_not_send_outlives_a_restart() -> None:
    """It is planned for a second that has not been dealt with."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann", "bob")
    scene.stream(NOON + 5 * MINUTE + 1_000, host_id="host")
    scene.tick(NOON)
    assert scene.rungs("ann") == [("15m", "invite")]
    scene.follow("ann", "bob", host="other")
    scene.stream(NOON + 5 * MINUTE + 1_000, stream="s2", host_id="other")
    assert scene.tick(NOON + 7).groups == []
    again = Planner(scene.settings)
    for key, value in scene.planner.take_changed():
        again.restore(key, value)
    scene.planner = again
    scene.tick(NOON + 5_000)
    assert [(stream, send_ts) for user, stream, *_, send_ts in scene.sent if user == "ann"] == [
        ("s", NOON),
        ("s2", NOON + 1_000),
    ]


def test_a_window_that_ends_after_a_tick_in_the_second_of_the_last_waits_for_the_next() -> None:
    """Its rows are not sent early in a second that is over."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.tick(NOON)
    scene.stream(NOON + 5 * MINUTE + 1_000)
    assert scene.tick(NOON + 600).groups == []
    scene.tick(NOON + 1_200)
    assert [sent[-1] for sent in scene.sent] == [NOON + 1_000]
