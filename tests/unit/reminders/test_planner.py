from __future__ import annotations

import numpy as np
import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

from reminders.quota import Partition

START = NOON + 30 * HOUR


def test_a_follower_is_invited_on_every_rung() -> None:
    """Each rung sends once, in its window, on a whole second."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START)
    scene.run(START + HOUR)
    assert scene.rungs("ann") == [("24h", "invite"), ("2h", "invite"), ("15m", "invite")]
    leads = [(START - send_ts) / MINUTE for *_, send_ts in scene.sent]
    assert all(
        low <= lead <= high
        for lead, (high, low) in zip(leads, ((1680, 1080), (240, 60), (30, 5)), strict=True)
    )
    assert all(send_ts % 1000 == 0 for *_, send_ts in scene.sent)
    assert (scene.planned, scene.due) == (3, 3)


def test_a_stranger_is_not_worth_the_price() -> None:
    """Who is not tied to the stream gains less than a reminder costs."""
    scene = Scene()
    scene.slot("bob")
    scene.stream(START)
    scene.run(START)
    assert scene.sent == []
    assert scene.suppressed["below_price"] == 3


def test_a_reservation_turns_what_is_planned_into_attend() -> None:
    """Invited once, reserved, then reminded to attend, never invited again."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START)
    scene.run(START - 18 * HOUR)
    scene.touch("ann", "reserve", ts=scene.now)
    scene.run(START)
    assert scene.rungs("ann") == [("24h", "invite"), ("2h", "attend"), ("15m", "attend")]


def test_a_late_reservation_still_gets_its_rungs() -> None:
    """Reserved at T-100 min by somebody unknown to the plan: 2h and 15m, after the reservation."""
    scene = Scene()
    scene.stream(START)
    scene.run(START - 100 * MINUTE)
    scene.touch("cat", "reserve", ts=scene.now - 30_000)
    scene.run(START)
    assert scene.rungs("cat") == [("2h", "attend"), ("15m", "attend")]
    assert (scene.planned, scene.due) == (2, 2)
    assert scene.sent[0][-1] >= START - 100 * MINUTE - 30_000


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [(("reserve", "reserve_cancel"), "not_reserved"), (("watch",), "already_attended")],
)
def test_who_was_there_or_cancelled_is_left_alone(kinds: tuple[str, ...], reason: str) -> None:
    """Neither invited nor reminded, for ever."""
    scene = Scene()
    scene.follow("ann")
    for ts, kind in enumerate(kinds, 2):
        scene.touch("ann", kind, ts=ts)
    scene.stream(START)
    scene.run(START)
    assert scene.sent == []
    assert scene.suppressed == {reason: 3}


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        (("reserve", "reserve_cancel"), "not_reserved"),
        (("enter",), "already_attended"),
        (("watch",), "already_attended"),
    ],
)
@pytest.mark.parametrize("days", [61, 399])
def test_a_stream_that_comes_again_invites_nobody_anew(
    kinds: tuple[str, ...], reason: str, days: int
) -> None:
    """Touched, tidied up long after, then announced under the same id: "ever" still holds."""
    scene = Scene()
    scene.follow("ann")
    for at, kind in enumerate(kinds):
        scene.touch("ann", kind, ts=NOON - days * 24 * HOUR + at)
    scene.state.expire(NOON, np.empty(0, np.uint64))
    scene.stream(START)
    scene.run(START, step=30 * MINUTE)
    assert scene.sent == []
    assert scene.suppressed == {reason: 3}


def test_nothing_while_muted_or_without_consent() -> None:
    """A mute and a withdrawn consent hold back what was planned before."""
    scene = Scene()
    scene.follow("ann", "bob", "cat")
    scene.stream(START)
    scene.tick(START - 27 * HOUR - 59 * MINUTE)
    pending = {name for name, *_ in scene.sent}
    scene.mute("ann")
    scene.says("bob", consent_push=False)
    scene.run(START)
    assert {name for name, *_ in scene.sent} - pending == {"cat"}


@pytest.mark.parametrize("status", ["cancelled", "ended", "live"])
def test_a_closed_stream_drops_what_is_pending(status: str) -> None:
    """Cancelled, ended and live streams remind nobody."""
    scene = Scene()
    scene.follow("ann")
    scene.stream(START)
    scene.tick(START - 28 * HOUR)
    scene.stream(START, status=status)
    scene.run(START)
    assert scene.sent == []
    assert sum(scene.suppressed.values()) == 1


def test_a_move_moves_what_is_pending() -> None:
    """Reminders of the old start are never sent; those of the new one are, in its windows."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    scene.stream(START)
    scene.tick(START - 28 * HOUR)
    scene.stream(START + 3 * HOUR)
    scene.run(START + 4 * HOUR)
    assert len(scene.sent) == 3
    leads = [(START + 3 * HOUR - send_ts) / HOUR for *_, send_ts in scene.sent]
    assert [18 <= leads[0] <= 28, 1 <= leads[1] <= 4, leads[2] <= 0.5] == [True] * 3


def test_an_attend_is_sent_once_a_rung_over_all_moves() -> None:
    """The rung of an attend that was sent stays silent after the stream has moved."""
    scene = Scene()
    scene.touch("ann", "reserve")
    scene.stream(START)
    scene.run(START - 20 * MINUTE)
    scene.stream(START + 5 * HOUR)
    scene.run(START + 5 * HOUR)
    assert scene.rungs("ann") == [("24h", "attend"), ("2h", "attend"), ("15m", "attend")]


def test_the_quota_is_kept_over_all_partitions() -> None:
    """The parts of `max_invites` add up to it, whoever is where."""
    total = 0
    for number in range(4):
        scene = Scene(Partition(number, 4), min_gap_ms=0)
        scene.follow(*(f"user-{number}-{n}" for n in range(20)))
        scene.stream(START, max_invites=11)
        scene.run(START - 18 * HOUR)
        total += len(scene.sent)
    assert total == 11


@pytest.mark.parametrize("before", [None, 40])
def test_a_quota_set_within_the_window_is_kept_too(before: int | None) -> None:
    """Nobody knows what other partitions have sent by then, so nothing more is sent."""
    scene = Scene(Partition(0, 4), min_gap_ms=0)
    scene.follow(*(f"user-{n}" for n in range(20)))
    scene.stream(START, max_invites=before)
    scene.run(START - 27 * HOUR - 45 * MINUTE)
    already = len(scene.sent)
    assert 0 < already < 10
    scene.stream(START, max_invites=39)
    scene.run(START - 18 * HOUR)
    assert len(scene.sent) == already


def test_a_quota_that_grows_within_the_window_is_used() -> None:
    """The part of a partition grows with it."""
    scene = Scene(Partition(0, 4), min_gap_ms=0)
    scene.follow(*(f"user-{n}" for n in range(20)))
    scene.stream(START, max_invites=4)
    scene.run(START - 20 * HOUR)
    assert len(scene.sent) == 1
    scene.stream(START, max_invites=40)
    scene.follow(*(f"late-{n}" for n in range(20)), ts=3)
    scene.run(START - 18 * HOUR)
    assert len(scene.sent) == 10


def test_the_best_invitation_goes_first_and_the_gap_holds_the_other() -> None:
    """Of two streams at once the one of the followed host wins; the other waits for the gap."""
    scene = Scene(min_gap_ms=2 * HOUR)
    scene.says("ann", categories=["shoes"])
    scene.follow("ann")
    scene.stream(START, stream="liked")
    scene.stream(START, stream="declared", host_id="other", category="shoes")
    scene.run(START - 18 * HOUR)
    (first, *_), second = scene.sent[:1], scene.sent[1]
    assert (first[1], second[1]) == ("liked", "declared")
    assert second[-1] - first[-1] >= 2 * HOUR


def test_without_personalization_the_moment_is_nominal() -> None:
    """Exactly T-24 h, T-2 h and T-15 min, and only for followed hosts and reservations."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann", "bob")
    scene.says("ann", consent_personalization=False)
    scene.says("eve", consent_personalization=False)
    scene.stream(START)
    scene.run(START, step=7 * MINUTE)
    leads = [(START - send_ts) / MINUTE for name, *_, send_ts in scene.sent if name == "ann"]
    assert leads == [1440, 120, 15]
    assert scene.rungs("eve") == []


def test_quiet_hours_move_or_drop() -> None:
    """A window that is quiet throughout sends nothing; else the moment is outside."""
    scene = Scene(min_gap_ms=0)
    scene.follow("ann")
    start = NOON + 36 * HOUR
    scene.says("ann", quiet_hours={"start": "22:00", "end": "21:00"})
    scene.stream(start)
    scene.run(start)
    assert [rung for rung, _ in scene.rungs("ann")] == ["24h", "2h"]
    assert all(21 <= ((send_ts - NOON) / HOUR + 12) % 24 < 22 for *_, send_ts in scene.sent)
    assert scene.suppressed == {"quiet_hours": 1}


def test_a_coarse_tick_loses_nobody_to_quiet_hours_that_begin_before_it() -> None:
    """Whoever has an allowed minute is planned for one whose tick comes before quiet hours."""
    scene, users = Scene(explore=0.9), [f"u{k}" for k in range(100)]
    for user in users:
        scene.touch(user, "reserve")
        scene.says(user, quiet_hours={"start": "15:40", "end": "13:00"})
    scene.stream(NOON + 30 * HOUR)
    scene.run(NOON + 12 * HOUR, step=30 * MINUTE)
    assert sorted(name for name, _, rung, _, _ in scene.sent if rung == "24h") == sorted(users)
    assert all(send_ts < NOON + 3 * HOUR + 40 * MINUTE for *_, send_ts in scene.sent)


def test_a_coarse_tick_sends_what_could_not_wait() -> None:
    """When the window would close before the next tick, all that is pending goes now."""
    scene = Scene()
    scene.touch("ann", "reserve")
    scene.stream(START)
    scene.run(START, step=30 * MINUTE)
    assert scene.rungs("ann")[-1] == ("15m", "attend")
    assert scene.sent[-1][-1] == START - 30 * MINUTE


def test_the_wall_clock_sends_at_the_second_of_the_call() -> None:
    """After a pause a planned moment that has passed is made up for, if the window allows."""
    scene = Scene(simulated_time=False)
    scene.touch("ann", "reserve")
    scene.stream(START)
    scene.tick(START - 29 * MINUTE)
    scene.tick(START - 6 * MINUTE + 250)
    assert scene.sent[-1][-1] in {START - 29 * MINUTE, START - 6 * MINUTE}


def test_a_forgotten_user_is_out_of_everything() -> None:
    """Nothing planned is sent to who was erased, and who comes back is new."""
    scene = Scene()
    scene.touch("ann", "reserve")
    scene.stream(START)
    scene.tick(START - 28 * HOUR)
    slot = scene.slot("ann")
    user_h = int(scene.state.users.rows["user_h"][slot])
    scene.planner.forget(user_h)
    scene.state.forget("ann", scene.now, scene.now)
    assert all(
        np.uint64(user_h).tobytes() not in (value or b"")
        for _, value in scene.planner.take_changed()
    )
    scene.slot("ann")
    scene.run(START)
    assert scene.sent == []
