from __future__ import annotations

import random
from typing import Any

import pytest
from planscene.scene import HOUR, MINUTE, NOON, Scene

MIDNIGHT = NOON - 12 * HOUR


def people(scene: Scene, count: int, **fields: Any) -> list[str]:
    """Let people with quiet nights be known, who say this of themselves too; return their ids."""
    users = [f"user-{n}" for n in range(count)]
    for user in users:
        scene.says(user, quiet_hours={"start": "22:00", "end": "08:00"}, **fields)
    return users


@pytest.mark.parametrize("target", [0.2, 0.8])
def test_the_target_is_met_within_a_tenth_over_a_day(target: float) -> None:
    """On the first day and on the second, with streams all day and quiet nights."""
    rng = random.Random(0)
    scene = Scene(invites_per_user_day=target)
    users = people(scene, 200)
    for host in range(8):
        scene.follow(*rng.sample(users, 40), host=f"host-{host}")
    for n in range(80):
        start = MIDNIGHT + rng.randrange(8 * 60, 72 * 60) * MINUTE
        scene.stream(start, stream=f"stream-{n}", host_id=f"host-{n % 8}")
    for day in (0, 1):
        before = len(scene.sent)
        for now in range(MIDNIGHT, MIDNIGHT + 24 * HOUR, 10 * MINUTE):
            scene.tick(now + day * 24 * HOUR)
        assert 0.9 * target <= (len(scene.sent) - before) / 200 <= 1.1 * target


@pytest.mark.parametrize("begins", [2, 8, 17])
def test_the_first_hours_are_not_silent(begins: int) -> None:
    """A deployment that starts on the hour, or at night, reminds as soon as people are awake."""
    scene = Scene(invites_per_user_day=0.5)
    users = people(scene, 100)
    scene.follow(*users)
    awake = max(begins, 8)
    scene.stream(MIDNIGHT + (awake + 3) * HOUR)
    for now in range(MIDNIGHT + begins * HOUR, MIDNIGHT + (awake + 2) * HOUR, 10 * MINUTE):
        scene.tick(now)
    assert 0 < len(scene.sent) <= 0.5 * 100 * 2 / 14 + 1


@pytest.mark.parametrize("people", [1, 3, 5])
def test_a_small_partition_meets_the_target_over_some_days(people: int) -> None:
    """What a day leaves of an invitation is owed to the next ones."""
    scene, days = Scene(invites_per_user_day=0.5), 6
    scene.follow(*[f"user-{n}" for n in range(people)])
    for n in range(days * 12):
        scene.stream(MIDNIGHT + (2 * n + 1) * HOUR, stream=f"stream-{n}")
    sent: list[int] = []
    for day in range(days):
        for now in range(MIDNIGHT, MIDNIGHT + 24 * HOUR, 30 * MINUTE):
            scene.tick(now + day * 24 * HOUR)
        sent.append(len(scene.sent) - sum(sent))
    assert sum(sent) == pytest.approx(0.5 * people * days, abs=1.0)
    assert max(sent) <= 0.5 * people + 1.0


def test_without_a_target_the_price_is_what_was_set() -> None:
    """What is worth less is not sent, what is worth more is."""
    for price, sent in ((0.02, 1), (0.03, 0)):
        scene = Scene(send_price=price)
        scene.follow("ann")
        scene.stream(NOON + 30 * HOUR)
        scene.run(NOON + 12 * HOUR)
        assert len(scene.sent) == sent


def test_a_first_day_that_gets_poorer_is_met_within_a_tenth() -> None:
    """In the morning people hear of hosts whom they follow, in the evening of others."""
    scene, target = Scene(invites_per_user_day=0.5), 0.5
    users = people(scene, 200, categories=["beauty"])
    scene.follow(*users)
    for n in range(6):
        scene.stream(MIDNIGHT + (10 + n // 2) * HOUR, stream=f"loved-{n}")
    for n in range(20):
        start = MIDNIGHT + 15 * HOUR + n * 25 * MINUTE
        scene.stream(start, stream=f"new-{n}", host_id=f"other-{n}", category="beauty")
    for now in range(MIDNIGHT, MIDNIGHT + 24 * HOUR, 10 * MINUTE):
        scene.tick(now)
    assert 0.9 * target <= len(scene.sent) / 200 <= 1.1 * target


def test_a_later_day_keeps_for_its_evening_what_its_morning_is_not_worth() -> None:
    """As on the day before, people hear of strangers by day and of hosts whom they follow later."""
    scene, day = Scene(invites_per_user_day=0.5), 24 * HOUR
    users = people(scene, 200, categories=["beauty"])
    scene.follow(*users)
    for begins in (MIDNIGHT, MIDNIGHT + day):
        for n in range(20):
            start = begins + 10 * HOUR + n * 20 * MINUTE
            more = {"host_id": f"other-{n}", "category": "beauty"}
            scene.stream(start, stream=f"new-{n}-{begins}", **more)
        for n in range(6):
            scene.stream(begins + (19 + n // 2) * HOUR, stream=f"loved-{n}-{begins}")
    for now in range(MIDNIGHT, MIDNIGHT + 2 * day, 10 * MINUTE):
        scene.tick(now)
    later = [sent for sent in scene.sent if sent[-1] > MIDNIGHT + day]
    new = sum(sent[1].startswith("new") for sent in later)
    assert 0.9 * 0.5 <= len(later) / 200 <= 1.1 * 0.5
    assert new <= 0.1 * len(later)
