"""A strategy decides by the ties that it sees, for a stream or an arm; reasons say no more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from planscene.models import hopeful
from planscene.scene import HOUR, MINUTE, NOON, SNAPSHOT, Scene

from features.hashing import hash64
from features.registry import FEATURE_NAMES, FEATURES
from features.row import short_hash
from online_models.contributions import FEATURE_GROUPS
from online_models.prior import PriorInputs
from online_models.snapshot import ModelSnapshot
from online_models.strategy import SEEN, STRATEGIES, hidden_features
from reminders.causes import causes_of
from reminders.cohorts import Arm, Cohorts, Split
from reminders.decision import DueGroup
from reminders.reasons import REASON_CODES

START = NOON + 30 * HOUR
BY_STRATEGY = {"follow": {"fan"}, "cf": {"viewer"}, "content": {"foodie", "wisher"}}
EVERYBODY = {"fan", "viewer", "foodie", "wisher"}


def _scene(**settings: Any) -> Scene:
    """One user of each tie, one who has all of them, and a stranger."""
    scene = Scene(min_gap_ms=0, **settings)
    for user in (*sorted(EVERYBODY), "all", "stranger"):
        scene.slot(user)
    scene.follow("fan", "all")
    scene.says("wisher", categories=["food"])
    scene.says("all", categories=["food"])
    rows, now_s = scene.state.users.rows, NOON // 1_000
    for user in ("viewer", "all"):
        slot = scene.slot(user)
        rows["host_h"][slot, 0] = short_hash(hash64("host"))
        rows["host_w"][slot, 0], rows["host_ts"][slot, 0] = 3.0, now_s - 3_600
        rows["last_ts"][slot] = NOON - HOUR
    for user in ("foodie", "all"):
        slot = scene.slot(user)
        rows["category_h"][slot, 0] = short_hash(hash64("food"))
        rows["category_w"][slot, 0] = 50.0
        rows["last_ts"][slot] = NOON - HOUR
    return scene


def _groups(scene: Scene, **stream: Any) -> list[DueGroup]:
    scene.stream(START, category="food", **stream)
    ticks = range(NOON, START - 18 * HOUR, 30 * MINUTE)
    return [group for now in ticks for group in scene.tick(now).groups]


def _users(groups: list[DueGroup]) -> set[str]:
    return {user for group in groups for user in group.user_ids}


@pytest.mark.parametrize("snapshot", [SNAPSHOT, hopeful()], ids=["untrained", "trained"])
@pytest.mark.parametrize("strategy", sorted(BY_STRATEGY))
def test_a_stream_is_announced_to_whom_its_strategy_finds(
    strategy: str, snapshot: ModelSnapshot
) -> None:
    """Whatever the model thinks of others, and whether the stream or the setting names it."""
    for settings, stream in (
        ({}, {"strategy": strategy}),
        ({"cohorts": Cohorts(strategy)}, {}),  # type: ignore[arg-type]
        ({"cohorts": Cohorts("hybrid")}, {"strategy": strategy}),
    ):
        scene = _scene(send_price=0.002, **settings)
        scene.snapshot = snapshot
        assert _users(_groups(scene, **stream)) == BY_STRATEGY[strategy] | {"all"}
        assert scene.suppressed["no_tie"] >= 1


def test_hybrid_finds_them_all() -> None:
    """Every tie counts, and a name that nobody knows is as none."""
    for named in (None, "hybrid", "magic"):
        assert _users(_groups(_scene(send_price=0.002), strategy=named)) == EVERYBODY | {"all"}


def test_a_reservation_counts_for_every_strategy() -> None:
    """Whoever reserved is reminded to attend."""
    for strategy in STRATEGIES:
        scene = _scene()
        scene.touch("stranger", "reserve")
        groups = _groups(scene, strategy=strategy)
        assert "stranger" in _users([one for one in groups if one.intent == "attend"])


def test_an_arm_of_an_experiment_has_its_own_strategy() -> None:
    """The others are scored as the stream says, and every reminder knows its arm."""
    split = Split("whom", (Arm("only-follow", 0.5, "follow"), Arm("rest", 0.5)))
    cohorts = Cohorts("hybrid", (split,))
    scene = _scene(send_price=0.002, cohorts=cohorts)
    viewers = [f"viewer-{n}" for n in range(40)]
    for user in viewers:
        scene.says(user, categories=["food"])
    groups = _groups(scene)
    arm = {
        user: int(cohort)
        for group in groups
        for user, cohort in zip(group.user_ids, group.cohort.tolist(), strict=True)
    }
    hashes = np.array([hash64(user) for user in viewers], np.uint64)
    drawn = dict(zip(viewers, cohorts.of(0, hashes).tolist(), strict=True))
    assert {user for user in viewers if user in arm} == {u for u in viewers if drawn[u] == 2}
    assert all(arm[user] == drawn[user] for user in viewers if user in arm)


def test_reasons_name_only_what_decided() -> None:
    """Of whoever has all ties, a strategy tells those that it sees."""
    for strategy in ("follow", "cf", "content"):
        for group in _groups(_scene(send_price=0.002), strategy=strategy):
            strength, holds = causes_of(group, SNAPSHOT)
            told = {REASON_CODES[place] for place in np.nonzero(holds.any(axis=0))[0]}
            assert told
            assert told <= SEEN[strategy]
            assert (strength[:, [REASON_CODES.index(code) for code in told]] > 0.0).any()


def test_the_score_is_of_all_that_is_known() -> None:
    """A strategy decides who; what is told of them stays calibrated."""
    scores = {
        strategy: {
            user: score
            for group in _groups(_scene(send_price=0.002), strategy=strategy)
            for user, score in zip(group.user_ids, group.score.tolist(), strict=True)
        }["all"]
        for strategy in STRATEGIES
    }
    assert len(set(scores.values())) == 1


def test_every_tie_is_hidden_from_those_who_do_not_see_it() -> None:
    """Features by group; what is no tie is seen by all."""
    ties = SEEN["hybrid"]
    for strategy in STRATEGIES:
        hidden = hidden_features(strategy, FEATURE_NAMES)
        for feature, hides in zip(FEATURES, hidden.tolist(), strict=True):
            group = FEATURE_GROUPS.get(feature.name)
            assert hides == (group in ties and group not in SEEN[strategy])
    assert len(PriorInputs.unknown(2)) == 2
