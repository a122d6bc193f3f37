"""Intervals against published figures and against what chance does."""

from __future__ import annotations

import pytest

from reminders.kpi_rates import difference, proportion


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_of_the_paper(
    successes: int, trials: int, low: float, high: float
) -> None:
    """Method 3 in table I of Newcombe, Statistics in Medicine 17 (1998), 857-872."""
    found = proportion(successes, trials)
    assert found.value == successes / trials
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_differences_are_those_of_the_paper(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Method 10 in table II of Newcombe, Statistics in Medicine 17 (1998), 873-890."""
    found = difference(proportion(*first), proportion(*second))
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_nothing_known_is_any_rate() -> None:
    """No trials say nothing; more successes than trials are all of them."""
    assert (proportion(0, 0).low, proportion(0, 0).high) == (0.0, 1.0)
    assert proportion(3, 2).value == 1.0
