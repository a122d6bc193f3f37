"""Streams of a new host are tried with more people, the fewer the more is known of the host."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planscene.models import hopeless
from planscene.scene import HOUR, MINUTE, NOON, Scene

from features.hashing import hash64
from reminders.decision import DueGroup
from reminders.journal import HOST, Journal
from reminders.newcomers import LEVELS, MOST_HOSTS, Newcomers, chance_of_level
from reminders.planner import Planner

START = NOON + 30 * HOUR
NEW = hash64("host")
USERS = [f"u{n}" for n in range(3_000)]


def _scene(price: float = 0.012, **settings: Any) -> Scene:
    """People who declared the category, which is worth a little less than the price."""
    scene = Scene(min_gap_ms=0, send_price=price, **{"explore": 0.05, **settings})
    for user in USERS:
        scene.says(user, categories=["food"])
    scene.stream(START, category="food")
    return scene


def _groups(scene: Scene) -> list[DueGroup]:
    ticks = range(NOON, START - 18 * HOUR, 30 * MINUTE)
    return [group for now in ticks for group in scene.tick(now).groups]


def _chance(scene: Scene) -> float:
    """The share of the people who are sent something."""
    return sum(map(len, _groups(scene))) / len(USERS)


def test_a_new_host_is_tried_and_says_so() -> None:
    """Explored, with the probability of the draw in the propensity; some others are left out."""
    groups = _groups(_scene())
    propensity = np.concatenate([group.propensity for group in groups])
    assert all(group.explore.all() for group in groups)
    share = len(propensity) / len(USERS)
    assert 0.2 < share < 0.6
    # The minute has a propensity of its own; the best one is drawn for 95 in 100.
    assert np.median(propensity) == pytest.approx(0.95 * share, rel=0.15)


def test_what_is_known_of_a_host_ends_the_trials() -> None:
    """After thousands of reminders the host is what it seems."""
    shares = []
    for sent in (0.0, 100.0, 10_000.0):
        scene = _scene(price=0.02)
        scene.planner._announcer.newcomers.learn(NEW, sent, 0.03 * sent)
        shares.append(_chance(scene))
    assert shares[0] > shares[1] > shares[2]
    assert shares[2] < 0.002
    scene = _scene(price=0.02)
    scene.planner._announcer.newcomers.learn(NEW, 300.0, 0.0)
    assert _chance(scene) < 0.002


def test_the_dearer_the_fewer() -> None:
    """The share falls with the distance between value and price."""
    shares = [_chance(_scene(price=price)) for price in (0.012, 0.016, 0.02)]
    assert shares[0] > shares[1] > shares[2] > 0.0


def test_nothing_is_tried_without_exploration_or_hope() -> None:
    """Neither when the setting is 0, nor of whom the model expects nothing."""
    assert _chance(_scene(explore=0.0)) == 0.0
    scene = _scene(price=0.05)
    scene.snapshot = hopeless()
    assert _chance(scene) == 0.0


def test_outcomes_are_counted_when_a_stream_closes() -> None:
    """Invitations and who came, of the host of the stream; they survive a restart."""
    scene = _scene(price=0.002)
    scene.run(START, step=30 * MINUTE)
    came = [user for user, *_ in scene.sent][:30]
    for user in came:
        scene.touch(user, "enter", ts=START + MINUTE)
    scene.planner.close_labels(scene.state, scene.board, START + 7 * HOUR)
    records = [one for one in scene.planner.take_changed() if one[0][1:2] == HOST]
    (known,) = scene.planner._announcer.newcomers._known.values()
    invites = {(user, rung) for user, _, rung, *_ in scene.sent}
    assert known.sent == pytest.approx(len(invites), rel=0.2)
    assert 0.0 < known.attended < known.sent
    again = Planner(scene.settings)
    for key, value in records:
        again.restore(key, value)
    again._settle()
    before, after = (each._announcer.newcomers.surprise(NEW) for each in (scene.planner, again))
    assert before.tolist() == after.tolist()


def test_levels_are_exceeded_as_often_as_they_say() -> None:
    """Draws from the Beta posterior against the table."""
    rates = np.random.default_rng(5).beta(4.0, 128.0, 400_000)
    surprise = Newcomers(Journal()).surprise(NEW)
    assert (np.diff(surprise) > 0.0).all()
    for level in (1, 4, 12, 20):
        seen = (rates * 33.0 > surprise[level - 1]).mean()
        assert seen == pytest.approx(float(chance_of_level(np.array(level))), rel=0.05)
    assert len(surprise) == LEVELS


def test_hosts_beyond_the_bound_are_forgotten() -> None:
    """Those of which least is known, with tombstones."""
    journal = Journal()
    hosts = Newcomers(journal)
    for host in range(1, MOST_HOSTS + 1):
        hosts.learn(host, float(host), 0.0)
    journal.take()
    hosts.learn(MOST_HOSTS + 1, 1e5, 0.0)
    gone = [key for key, value in journal.take() if value is None]
    assert len(gone) == MOST_HOSTS // 10
    assert hosts.surprise(1).tolist() == hosts.surprise(MOST_HOSTS + 9).tolist()
    assert hosts.surprise(MOST_HOSTS + 1)[-1] < hosts.surprise(1)[-1]
