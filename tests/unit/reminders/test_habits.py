"""When users are there, from what they and everybody did by half-hour."""

from __future__ import annotations

import numpy as np
import pytest

from reminders.habits import Habits, population_activity

EVEN = np.full((2, 48), 1 / 48)
NOON, SATURDAY = 24, 48


def presence(events: dict[int, float], bins: list[int]) -> list[float]:
    """How likely a user of whom so many events are known is there soon after each bin begins."""
    activity = np.zeros((1, 96), np.uint8)
    activity[0, list(events)] = list(events.values())
    habits = Habits(lambda rows: (activity[rows], np.ones(len(rows), np.float32)), EVEN, 1_200.0)
    likely: list[float] = habits.presence(np.array([0]), np.array(bins))[0].tolist()
    return likely


def test_of_whom_nothing_is_known_is_there_as_everybody_is() -> None:
    """At any hour alike, where everybody is."""
    likely = presence({}, [0, NOON, SATURDAY + NOON])
    assert likely == pytest.approx([likely[0]] * 3)


def test_a_reminder_finds_who_comes_a_little_later() -> None:
    """Half an hour before is nearly as good as the hour itself, and better than as long after."""
    before, at, after, far = presence({NOON: 30.0}, [NOON - 1, NOON, NOON + 1, NOON + 12])
    assert at > before > after > far


def test_a_day_goes_round() -> None:
    """Who is there just after midnight is found just before."""
    assert presence({0: 30.0}, [47])[0] == pytest.approx(presence({NOON: 30.0}, [NOON - 1])[0])


def test_bins_may_come_in_any_order_and_twice() -> None:
    """Each has the value that it has alone."""
    bins = [SATURDAY + 3, NOON, 5, NOON]
    alone = [presence({NOON: 9.0}, [one])[0] for one in bins]
    assert presence({NOON: 9.0}, bins) == pytest.approx(alone)


def test_the_population_is_the_same_in_any_order() -> None:
    """Sums are exact, so the order of users cannot show."""
    rng = np.random.default_rng(3)
    activity = rng.exponential(2.0, (5_000, 96)).astype(np.float16)
    one, other = population_activity(activity), population_activity(rng.permutation(activity))
    assert one.tobytes() == other.tobytes()
    assert np.allclose(one.sum(axis=1), 1.0)
