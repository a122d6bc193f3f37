"""A short comparison in a small world: what any change of the decision must keep."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.quality.race import race
from streams.simulation.world.world import Scale

SCALE = Scale(users=400, days=3, before=2)
POLICIES = ("followers", "affinity_hour", "oracle", "livecue")
Runs = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def runs() -> Runs:
    """What each policy achieved."""
    return {name: race(name, 2, SCALE) for name in POLICIES}


def added(run: dict[str, Any]) -> float:
    """Return incremental attendances per 1,000 reminders over the whole run."""
    return float(1_000.0 * sum(run["gained"]) / max(sum(run["sent"]), 1.0))


def test_the_oracle_is_best_and_followers_are_worst(runs: Runs) -> None:
    """Knowing every chance is worth most; a follow alone says little."""
    assert added(runs["oracle"]) > 1.5 * added(runs["affinity_hour"])
    assert added(runs["affinity_hour"]) > added(runs["followers"])


def test_the_full_system_wins_people_and_mutes_fewer(runs: Runs) -> None:
    """From the first days on, before much is learned."""
    assert added(runs["livecue"]) > 0.0
    assert sum(runs["livecue"]["muted"]) <= sum(runs["followers"]["muted"]) + 2


def test_all_policies_send_about_as_much(runs: Runs) -> None:
    """Half a reminder per user and day, a little less on the first days."""
    for run in runs.values():
        assert 0.3 < run["volume"] < 0.56, run["policy"]


def test_scores_of_the_first_days_are_as_good_as_the_prior(runs: Runs) -> None:
    """On the first days the prior scores, which expects more of a world than this one gives."""
    assert runs["livecue"]["calibration"] < 0.2


def test_minutes_are_better_than_the_fixed_ladder(runs: Runs) -> None:
    """Personal minutes lose less of the chance to be opened than the ladder's."""
    lost = {
        name: 1.0 - sum(run["opening"]) / sum(run["best_opening"]) for name, run in runs.items()
    }
    assert lost["oracle"] < lost["livecue"] < lost["followers"]
