"""A share of all pairs is judged by the prior where the model says no, so that it can be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planscene.models import hopeful, hopeless
from planscene.scene import HOUR, MINUTE, NOON, SNAPSHOT, Scene

from features.crowd import NOBODY
from features.hashing import hash64, uniform
from features.registry import FEATURE_NAMES
from online_models.arrays import Floats
from online_models.example import Example
from online_models.heads import PRIOR_NAMES
from online_models.prior import PriorInputs, prior
from online_models.snapshot import ModelSnapshot
from online_models.trainer import Trainer
from reminders.appraisal import Announcement, Worth
from reminders.decision import DueGroup
from reminders.guardrails import standing
from reminders.ladder import DEFAULT_RUNGS
from reminders.trials import prior_bar, trials_of

START = NOON + 30 * HOUR
FANS = [f"fan-{n}" for n in range(400)]
SHARE = 0.2
LONG = DEFAULT_RUNGS[0]


def _chosen(users: list[str], stream: str = "s", share: float = SHARE) -> set[str]:
    """Whom the hash puts on trial."""
    user_h = np.array([hash64(user) for user in users], np.uint64)
    drawn = uniform(0, hash64("trial"), user_h, hash64(stream)) < share
    return {user for user, on in zip(users, drawn.tolist(), strict=True) if on}


def _scene(snapshot: ModelSnapshot, explore: float = SHARE, **settings: Any) -> Scene:
    """Fans of the host, and strangers."""
    scene = Scene(min_gap_ms=0, explore=explore, **settings)
    scene.snapshot = snapshot
    scene.follow(*FANS)
    for n in range(50):
        scene.slot(f"stranger-{n}")
    return scene


def _groups(scene: Scene, until: int = START - 18 * HOUR) -> list[DueGroup]:
    """What is sent until then, every half hour."""
    first = NOON if scene.now < 0 else scene.now + 30 * MINUTE
    ticks = range(first, until + 1, 30 * MINUTE)
    return [group for now in ticks for group in scene.tick(now).groups]


def _told(groups: list[DueGroup]) -> dict[str, tuple[float, bool]]:
    """Propensity and whether explored, by user."""
    return {
        user: (propensity, explore)
        for group in groups
        for user, propensity, explore in zip(
            group.user_ids, group.propensity.tolist(), group.explore.tolist(), strict=True
        )
    }


def test_the_share_is_sent_what_the_prior_finds_worth_it() -> None:
    """On every rung, to the same pairs, and to nobody whom the prior would not remind either."""
    scene = _scene(hopeless())
    scene.stream(START)
    scene.run(START, step=5 * MINUTE)
    users = {user for user, *_ in scene.sent}
    assert users == _chosen(FANS)
    assert abs(len(users) - SHARE * len(FANS)) < 25
    assert all(len(scene.rungs(user)) == 3 for user in users)


def test_without_a_share_the_model_decides_alone() -> None:
    """Nothing is sent to anybody of whom it expects nothing."""
    scene = _scene(hopeless(), explore=0.0)
    scene.stream(START)
    scene.run(START, step=30 * MINUTE)
    assert scene.sent == []


def test_a_trial_explores_with_its_share_of_the_propensity() -> None:
    """The score stays the model's; the value is the one that decided."""
    told = []
    for snapshot in (SNAPSHOT, hopeless()):
        scene = _scene(snapshot)
        scene.stream(START)
        groups = _groups(scene)
        told.append(_told(groups))
    before, tried = told
    assert set(before) == set(FANS)
    assert set(tried) == _chosen(FANS)
    for user, (propensity, explore) in tried.items():
        assert explore
        assert propensity == pytest.approx(SHARE * before[user][0], rel=1e-6)
    assert all((group.score < 1e-6).all() and (group.value > 0.02).all() for group in groups)


def test_what_the_model_carries_anyway_keeps_its_own() -> None:
    """Whoever is in the share by hash or not."""
    told = []
    for snapshot in (SNAPSHOT, hopeful()):
        scene = _scene(snapshot)
        scene.stream(START)
        told.append(_told(_groups(scene)))
    assert {user: told[1][user] for user in FANS} == told[0]


def test_what_was_planned_on_trial_says_so_when_the_model_has_changed_its_mind() -> None:
    """It would not have been planned without; and what was planned anyway is judged anew."""
    scene = _scene(hopeless())
    scene.stream(START)
    scene.tick(START - 28 * HOUR)
    scene.snapshot = hopeful()
    later = _told(_groups(scene))
    assert set(later) <= _chosen(FANS)
    assert all(explore and propensity <= SHARE for propensity, explore in later.values())
    scene = _scene(hopeful())
    scene.stream(START)
    early = {user for group in scene.tick(START - 28 * HOUR).groups for user in group.user_ids}
    scene.snapshot = hopeless()
    later = _told(_groups(scene))
    assert set(later) == _chosen(FANS) - early
    assert all(explore and propensity <= SHARE for propensity, explore in later.values())


def test_who_reserves_after_being_planned_on_trial_is_reminded_for_certain() -> None:
    """The model has no word against it, and a reservation is planned for in any case."""
    told = []
    for snapshot in (SNAPSHOT, hopeless(reserved=20.0)):
        scene = _scene(snapshot)
        scene.stream(START)
        sent = set(_told(scene.tick(START - 28 * HOUR).groups))
        user = min(_chosen(FANS) - sent)
        scene.touch(user, "reserve", ts=scene.now)
        told.append(_told(_groups(scene))[user])
    assert told[0] == told[1]


def test_without_personalization_nothing_is_tried() -> None:
    """The prior decides for them anyway, at the nominal moment and for certain."""
    scene = _scene(hopeless())
    for user in FANS:
        scene.says(user, consent_personalization=False)
    scene.stream(START)
    told = _told(_groups(scene))
    assert set(told) == set(FANS)
    assert set(told.values()) == {(1.0, False)}


def test_slots_and_batches_do_not_matter() -> None:
    """Planned one by one as they follow, in another order: the same pairs."""
    scene = Scene(min_gap_ms=0, explore=SHARE)
    scene.snapshot = hopeless()
    scene.stream(START)
    scene.tick(START - 28 * HOUR)
    for user in reversed(FANS[:60]):
        scene.follow(user, ts=scene.now)
        scene.tick(scene.now + MINUTE)
    scene.run(START - 18 * HOUR)
    assert {user for user, *_ in scene.sent} == _chosen(FANS[:60])


def test_the_holdout_is_of_trials_too() -> None:
    """What they do unreminded is what the tried are compared with."""
    scene = _scene(hopeless(), holdout_invite=0.5)
    scene.stream(START)
    held, sent = set(), set()
    for now in range(NOON, START - 18 * HOUR + 1, 30 * MINUTE):
        decision = scene.tick(now)
        held |= set(_told(decision.held_out))
        sent |= set(_told(decision.groups))
        assert all(group.explore.all() for group in decision.held_out)
    assert held | sent == _chosen(FANS)
    assert not held & sent
    assert 20 < len(held) < 60


def test_trials_take_no_place_from_what_is_worth_more() -> None:
    """A quota goes first to those of whom the model expects something."""
    scene = _scene(hopeless(declared_category=25.0))
    liking = [f"stranger-{n}" for n in range(20)]
    for user in liking:
        scene.says(user, categories=["shoes"])
    scene.stream(START, category="shoes", max_invites=20)
    assert set(_told(_groups(scene))) == set(liking)
    scene.stream(START, "t", category="shoes", max_invites=30)
    tried = set(_told(_groups(scene, START - 3 * HOUR))) - set(liking)
    assert tried <= _chosen(FANS, "t") | _chosen(FANS)


def _tried(values: Floats, priors: Floats, bar: float | None) -> set[str]:
    """Which fans are tried, at a price of 0.02."""
    scene = _scene(SNAPSHOT)
    scene.stream(START)
    stream = scene.board.get("s")
    assert stream is not None
    users = standing(scene.state, stream, scene.state.users.slots_of(FANS, create=False))
    about = Announcement(stream, NOBODY, LONG, SNAPSHOT, scene.now, scene.settings, prior_bar=bar)
    worth = Worth(values, priors, np.ones(len(FANS), np.bool_))
    trials = trials_of(about, users, worth, np.full(len(FANS), 0.02))
    return {user for user, on in zip(FANS, trials.on.tolist(), strict=True) if on}


def test_where_a_target_makes_them_scarce_levels_are_no_reason_to_try() -> None:
    """The prior tries those of whom it thinks most, as many as the model reminds."""
    values, chosen = np.linspace(0.001, 0.025, len(FANS)), _chosen(FANS)
    alike, others = 4.0 * values, 4.0 * values[::-1]
    remind = np.count_nonzero(values > 0.02)
    assert len(_tried(values, alike, None)) > 40
    for priors in (alike, others):
        bar = prior_bar(Worth(values, priors, np.ones(len(FANS), np.bool_)), 0.02, 0.01)
        wanted = set(FANS[-remind:] if priors is alike else FANS[:remind])
        low = {user for user, value in zip(FANS, values.tolist(), strict=True) if value <= 0.02}
        assert _tried(values, priors, bar) == wanted & low & chosen


def _misled() -> Trainer:
    """A trainer that has seen three in a hundred come, fans no more than others."""
    trainer = Trainer(FEATURE_NAMES)
    follows = FEATURE_NAMES.index("follows_host")
    believed = prior(replace(PriorInputs.unknown(2), follows=np.array([False, True])))
    for n in range(3_000):
        x = [0.0] * len(FEATURE_NAMES)
        x[follows] = float(n % 2)
        trainer.learn(
            [
                Example(
                    reminder_id=f"r{n}",
                    user_id=f"u{n}",
                    stream_id="s",
                    rung="24h",
                    intent="invite",
                    sent=True,
                    decided_ts=n,
                    closed_ts=n + 1,
                    x=x,
                    prior=[float(getattr(believed, name)[n % 2]) for name in PRIOR_NAMES],
                    attended=n % 33 == 0,
                )
            ]
        )
    return trainer


@pytest.mark.parametrize(("share", "recovers"), [(SHARE, True), (0.0, False)])
def test_a_misled_model_finds_out(share: float, recovers: bool) -> None:
    """A quarter of the reminded come: with trials the model sees it, without it never does."""
    trainer = _misled()
    scene = _scene(trainer.snapshot(0), explore=share, send_price=0.02, rungs=(LONG,))
    sent = []
    for number in range(4):
        start, stream = START + number * 48 * HOUR, f"show-{number}"
        scene.stream(start, stream)
        scene.run(start - 18 * HOUR, step=2 * HOUR)
        # Strangers are tried too, for the new host's sake.
        told = [user for user, about, *_ in scene.sent if about == stream and user in FANS]
        sent.append(len(told))
        for user in told[::4]:
            scene.touch(user, "watch", stream, ts=start + MINUTE)
        scene.tick(start + 7 * HOUR)
        trainer.learn(scene.planner.close_labels(scene.state, scene.board, scene.now))
        scene.snapshot = trainer.snapshot(scene.now)
    assert sent[0] == len(_chosen(FANS, "show-0", share))
    assert (sent[-1] >= len(FANS)) == recovers
    assert recovers or sent == [0] * len(sent)


def test_a_price_at_its_floor_has_not_everybody_tried() -> None:
    """Who is worth nothing to the model is tried where the prior is above the fixed price."""
    scene = _scene(hopeless(), explore=0.999, invites_per_user_day=1.0, send_price=0.01)
    scene.planner._pricing._record.price = 0.000_5
    scene.stream(START)
    tried = set(_told(_groups(scene)))
    assert tried
    assert tried <= set(FANS)
