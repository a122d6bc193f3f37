"""Experiments put users into arms by hash, and arms decide what scores them."""

from __future__ import annotations

import numpy as np
import pytest

from features.hashing import hash64_many
from online_models.strategy import STRATEGIES
from reminders.cohorts import Arm, Cohorts, Split

USERS = hash64_many([f"user-{n}" for n in range(20_000)])
HALVES = Split("whom", (Arm("a", 0.5, "follow"), Arm("b", 0.25)))


def test_shares_are_kept_and_arms_stay() -> None:
    """A user's arm depends on the seed, the experiment and the user alone."""
    cohorts = Cohorts("hybrid", (HALVES,))
    found = cohorts.of(7, USERS)
    assert np.bincount(found) / len(USERS) == pytest.approx([0.25, 0.5, 0.25], abs=0.02)
    assert (cohorts.of(7, USERS[::-1])[::-1] == found).all()
    assert (cohorts.of(8, USERS) != found).mean() > 0.5
    renamed = Cohorts("hybrid", (Split("other", HALVES.arms),))
    assert (renamed.of(7, USERS) != found).mean() > 0.5


def test_a_user_is_in_one_experiment_at_most() -> None:
    """The second one draws from whom the first leaves over."""
    both = Cohorts("hybrid", (HALVES, Split("more", (Arm("c", 0.5),)))).of(0, USERS)
    one = Cohorts("hybrid", (HALVES,)).of(0, USERS)
    assert (both[one > 0] == one[one > 0]).all()
    assert (both == 3).mean() == pytest.approx(0.125, abs=0.02)


def test_labels_name_experiment_and_arm() -> None:
    """As on the wire; nobody's is none."""
    labels = Cohorts("hybrid", (HALVES,)).labels
    assert [label and (label.id, label.arm) for label in labels] == [
        None,
        ("whom", "a"),
        ("whom", "b"),
    ]


def test_an_arm_goes_before_the_stream_and_the_stream_before_the_default() -> None:
    """An arm without a strategy changes nothing, and neither does a name that is unknown."""
    cohorts = Cohorts("cf", (HALVES,))
    asked = [(0, None), (0, "content"), (0, "magic"), (1, "content"), (2, "content"), (2, None)]
    told = [cohorts.strategy(*each) for each in asked]
    assert told == ["cf", "content", "cf", "follow", "content", "cf"]


def test_strategies_are_those_of_the_users_arms() -> None:
    """One code a user."""
    cohorts = Cohorts("hybrid", (HALVES,))
    codes = cohorts.strategies(0, "content", USERS)
    named = np.array([STRATEGIES[code] for code in codes])
    assert (named == np.where(cohorts.of(0, USERS) == 1, "follow", "content")).all()
