"""The figures of the comparison follow from the runs, and the page from the figures."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.quality.comparison import Runs, comparison
from benchmarks.quality.targets import TARGETS
from benchmarks.report import quality
from benchmarks.report.results import Results
from streams.simulation.world.constants import SENSITIVE, WorldConstants, scaled

DAYS = 6


def run_of(policy: str, seed: int, gained: float, **more: object) -> dict[str, Any]:
    """Return what a run of six days tells, with so much gained a day by 1,000 reminders."""
    return {
        "policy": policy,
        "seed": seed,
        "per_thousand": gained,
        "expected_per_thousand": gained + 1.0,
        "mutes": 4.0,
        "volume": 0.5,
        "attended_a_day": 0.1,
        "cpu_s": 1.0,
        "sent": [1_000.0] * DAYS,
        "gained": [gained] * DAYS,
        "opening": [80.0] * DAYS,
        "best_opening": [100.0] * DAYS,
        "regret": [50.0, 40.0, 30.0, 20.0, 10.0, 10.0],
        "shown": [100.0] * DAYS,
        **more,
    }


@pytest.fixture
def figures() -> dict[str, dict[str, Any]]:
    """Figures of two seeds: Livecue is six times as good as followers, the oracle twelve times."""
    runs = []
    for seed in (1, 2):
        lifts = [{"covers": True}, {"covers": seed == 1}]
        runs += [
            run_of("followers", seed, 10.0),
            run_of("livecue", seed, 60.0, mutes=1.0, calibration=0.01, lifts=lifts),
            run_of("oracle", seed, 120.0),
        ]
    return {one["figure"]: one for one in comparison(Runs(runs))}


def test_ratios_are_those_of_the_means(figures: dict[str, dict[str, Any]]) -> None:
    """Of incremental attendances and of mutes per 1,000 reminders."""
    assert figures["world_ratio_to_followers"]["value"] == 6.0
    assert figures["world_ratio_to_followers"]["met"]
    assert figures["world_share_of_oracle"]["value"] == 0.5
    assert figures["world_mutes_ratio_to_followers"]["value"] == 0.25
    assert figures["world_open_probability_lost"]["value"] == pytest.approx(0.2)
    assert not figures["world_open_probability_lost"]["met"]


def test_coverage_counts_all_weeks(figures: dict[str, dict[str, Any]]) -> None:
    """Three of four intervals hold the truth."""
    assert figures["world_lift_coverage"]["value"] == 0.75
    assert not figures["world_lift_coverage"]["met"]


def test_regret_is_compared_between_thirds(figures: dict[str, dict[str, Any]]) -> None:
    """Regret that falls is below 1."""
    assert figures["world_copy_regret_late_to_early"]["value"] < 0.5


def test_what_did_not_run_is_a_missed_target(figures: dict[str, dict[str, Any]]) -> None:
    """A ratio to a policy without runs is told as not measured."""
    missing = figures["world_ratio_to_boosted_uplift"]
    assert (missing["value"], missing["met"]) == (None, False)
    assert set(TARGETS) <= set(figures)


def test_the_page_tells_every_figure(figures: dict[str, dict[str, Any]]) -> None:
    """Misses are told, and policies that did not run."""
    about = {"part": "world", "date": "2026-11-25", "sizes": "quick", "versions": {"numpy": "2"}}
    about["machine"] = {"cpus": 2, "system": "Linux"}
    results = Results([{**one, **about} for one in figures.values()])
    text = quality.page(results)
    numbers = "60.0 | 60.0 … 60.0 | 61.0 | 1.0 | 0.200 | 0.50"
    assert f"| **Livecue**, the full system | {numbers} |" in text
    assert "| boosted uplift learner, retrained daily | not run |" in text
    assert "**no**" in text
    assert set(quality.plots(results)) == {"policies.svg", "days.svg"}


def test_what_ran_once_is_told_beside_the_full_system_in_the_same_world() -> None:
    """A strategy has one seed: no interval, and Livecue's figure with that seed."""
    lifts = [{"covers": True}]
    runs = [
        run_of("livecue", seed, gained, calibration=0.01, lifts=lifts)
        for seed, gained in ((1, 48.0), (2, 60.0))
    ]
    runs.append(run_of("livecue_cf", 1, 31.0, calibration=0.01, lifts=lifts))
    about = {"part": "world", "date": "2026-11-25", "sizes": "quick", "versions": {"numpy": "2"}}
    about["machine"] = {"cpus": 2, "system": "Linux"}
    text = quality.page(Results([{**one, **about} for one in comparison(Runs(runs))]))
    assert "| Livecue with strategy `cf` | 31.0 | seed 1, with which Livecue adds 48.0 |" in text


def test_each_constant_can_be_changed() -> None:
    """Half and double of a constant is another world; no other constant moves."""
    plain = WorldConstants()
    for name in SENSITIVE:
        half = scaled(plain, name, 0.5)
        assert getattr(half, name) == getattr(plain, name) / 2
        assert scaled(half, name, 2.0) == plain
    with pytest.raises(ValueError, match="no constant"):
        scaled(plain, "nothing", 2.0)
