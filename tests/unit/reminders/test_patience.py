"""One decision over the ladder: who is invited now, and who rather on a nearer rung."""

from __future__ import annotations

import numpy as np
import pytest
from planscene.models import hopeful
from planscene.scene import HOUR, NOON, Scene

from features.update.activity import add_activity
from reminders.patience import better_later, choice

START = NOON + 30 * HOUR
FANS = [f"fan-{n}" for n in range(60)]


def _waits(value: float, price: float, promise: float) -> bool:
    one = (np.array([number]) for number in (value, price, promise))
    return bool(better_later(*one)[0])


@pytest.mark.parametrize("promise", [0.0, 0.5, 0.99])
def test_what_serves_best_now_never_waits(promise: float) -> None:
    """Whatever it is worth and costs."""
    assert not any(_waits(value, 0.05, promise) for value in (0.051, 0.08, 0.3, 0.9))


def test_what_serves_better_later_waits_where_it_is_dear() -> None:
    """Two chances are better than one when they cost next to nothing."""
    assert _waits(0.06, 0.05, promise=1.5)
    assert not _waits(0.06, 0.001, promise=1.5)
    assert _waits(0.06, 0.001, promise=4.0)


def _scene(target: float | None) -> Scene:
    """Fans who are there in the evening, when the stream begins, and at no other time."""
    scene = Scene(invites_per_user_day=target, send_price=0.02)
    scene.follow(*FANS)
    slots = np.array([scene.slot(user) for user in FANS])
    for day in range(1, 8):
        ts = np.full(len(slots), START - day * 24 * HOUR - HOUR)
        nth = np.zeros(len(slots), np.int64)
        zones = scene.state.users.zones
        add_activity(scene.state.users.rows, slots, scene.state.users.zone[slots], ts, nth, zones)
    scene.stream(START)
    return scene


def test_invitations_that_take_each_others_place_wait_for_the_best_rung() -> None:
    """Where a target makes them scarce; at a fixed price each rung stands for itself."""
    scarce, free = _scene(0.5), _scene(None)
    for scene in (scarce, free):
        scene.snapshot = hopeful(-2.3)
        scene.run(START - 18 * HOUR)
    assert scarce.sent == []
    assert scarce.suppressed == {"later_rung": len(FANS)}
    assert len(free.sent) == len(FANS)
    scarce.run(START)
    assert {rung for _, _, rung, *_ in scarce.sent} <= {"2h", "15m"}
    assert scarce.sent


def test_who_has_reserved_is_reminded_on_every_rung() -> None:
    """They asked for it."""
    scene = _scene(0.5)
    scene.touch(FANS[0], "reserve")
    scene.run(START)
    assert scene.rungs(FANS[0]) == [(rung, "attend") for rung in ("24h", "2h", "15m")]


def test_nobody_waits_for_a_rung_on_which_reminders_were_seen_to_bring_nobody() -> None:
    """What the heads have learned of a rung counts beside when people are there."""
    told = []
    for snapshot in (hopeful(-3.0, rung_last_hour=1.0), hopeful(-3.0, rung_last_hour=-8.0)):
        scene = _scene(0.5)
        scene.snapshot = snapshot
        scene.run(START)
        told.append({rung for _, _, rung, *_ in scene.sent})
    assert "15m" in told[0]
    assert told[1] == {"2h"}


def test_what_serves_as_well_a_day_later_waits_a_day_and_not_an_hour() -> None:
    """Who waits can still choose, and more changes in a day than in an hour."""
    day, hour = choice(24 * HOUR), choice(HOUR)
    assert _waits(0.06, 0.05, promise=0.9 * day)
    assert not _waits(0.06, 0.05, promise=0.9 * hour)
