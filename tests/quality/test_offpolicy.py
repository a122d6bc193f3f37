"""Off-policy estimates on a small made-up shop: a short version of the suite, guarded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.click_world import ClickWorld, click_rates, cross_fitted
from benchmarks.quality.offpolicy import run
from benchmarks.quality.open_bandit import (
    CAMPAIGNS,
    OPEN_BANDIT,
    read_impressions,
    thompson_table,
)
from online_models.off_policy import Estimate, doubly_robust, importance, ips, snips

_ITEMS, _IMPRESSIONS, _RUNS = 20, 3_000, 120


@pytest.fixture(scope="module")
def world() -> ClickWorld:
    """An even policy's log, from which one that has its favourites is judged."""
    rng = np.random.default_rng(2)
    favourites = rng.dirichlet(np.full(_ITEMS, 0.6), 3) * 0.95 + 0.05 / _ITEMS
    even = np.full((3, _ITEMS), 1.0 / _ITEMS)
    place = rng.integers(0, 3, _IMPRESSIONS)
    return ClickWorld(place, even, favourites, click_rates(favourites, 0.1, rng))


@pytest.fixture(scope="module")
def found(world: ClickWorld) -> dict[str, list[Estimate]]:
    """Each estimator on every run."""
    rng = np.random.default_rng(9)
    found: dict[str, list[Estimate]] = {"ips": [], "snips": [], "dr": [], "unweighted": []}
    for _ in range(_RUNS):
        log = world.run(rng)
        weight = importance(log.logged, log.target)
        fold = rng.integers(0, 2, len(weight))
        model = cross_fitted(log.place, log.item, log.click, world.target, fold)
        found["ips"].append(ips(log.click, weight))
        found["snips"].append(snips(log.click, weight))
        found["dr"].append(doubly_robust(log.click, weight, *model))
        found["unweighted"].append(ips(log.click, np.ones(len(weight))))
    return found


def _coverage(world: ClickWorld, estimates: list[Estimate]) -> float:
    return float(np.mean([one.low <= world.truth <= one.high for one in estimates]))


@pytest.mark.parametrize("name", ["ips", "snips", "dr"])
def test_intervals_hold_the_truth(
    world: ClickWorld, found: dict[str, list[Estimate]], name: str
) -> None:
    """In 88 % of 120 runs or more, and the mean estimate is within 2 % of the truth."""
    estimates = found[name]
    assert _coverage(world, estimates) >= 0.88
    assert np.mean([one.value for one in estimates]) == pytest.approx(world.truth, rel=0.02)


def test_without_weights_the_answer_is_wrong(
    world: ClickWorld, found: dict[str, list[Estimate]]
) -> None:
    """The mean of the log is the logging policy's, and its interval misses the other one."""
    assert _coverage(world, found["unweighted"]) <= 0.75


def test_a_run_follows_the_tables(world: ClickWorld) -> None:
    """Items come as often as the logging policy says, clicks as the rates say."""
    rng = np.random.default_rng(0)
    logs = [world.run(rng) for _ in range(30)]
    items = np.bincount(np.concatenate([log.item for log in logs]), minlength=_ITEMS)
    assert items / items.sum() == pytest.approx(1.0 / _ITEMS, rel=0.1)
    clicks = np.mean([log.click.mean() for log in logs])
    expected = (world.logging * world.rate).sum(axis=1)[world.place].mean()
    assert clicks == pytest.approx(expected, rel=0.05)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Files of the sample's layout, with 300 impressions each."""
    rng = np.random.default_rng(4)
    for name in OPEN_BANDIT.files:
        items = 6
        chances = np.full(items, 1 / 6) if name.startswith("random") else np.arange(1, 7) / 21
        item = rng.choice(items, 300, p=chances)
        lines = [",timestamp,item_id,position,click,propensity_score,user_feature_0,other"]
        lines += [
            f"{row},2019-11-24 00:00:0{row % 10}+00:00,{one},{1 + row % 3},"
            f"{int(rng.random() < 0.2)},{chances[one]},ab12,0.0"
            for row, one in enumerate(item.tolist())
        ]
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def test_the_table_is_what_the_policy_did(sample: Path) -> None:
    """Where chances do not move they are the table; a cell never shown gets 1/n."""
    log = read_impressions(sample, "bts", "all")
    assert set(log.place.tolist()) == {0, 1, 2}
    table = thompson_table(log, 7)
    assert table.sum(axis=1) == pytest.approx(1.0)
    assert table[:, 1:6] / table[:, :1] == pytest.approx(np.tile(np.arange(2, 7), (3, 1)))
    assert table[:, 6] / table[:, 0] == pytest.approx(np.full(3, 0.01 * 21))


def test_all_figures_come_out(sample: Path) -> None:
    """Six cases, each with coverage and bias, and the real clicks beside the other policy's."""
    lines = list(run(sample, runs=3))
    names = {line["figure"] for line in lines}
    for campaign in CAMPAIGNS:
        for policy in ("random", "thompson"):
            case = f"{campaign}_from_{policy}"
            for estimator in ("ips", "snips", "dr"):
                assert f"offpolicy_{case}_{estimator}_coverage" in names
                assert f"offpolicy_{case}_{estimator}_bias" in names
                assert f"offpolicy_real_{case}_{estimator}" in names
            assert f"offpolicy_{case}_unweighted_coverage" in names
    assert len(names) == len(lines)
    for line in lines:
        assert (line["met"] is None) == (line["target"] is None)
