"""How often is committed."""

from __future__ import annotations

import pytest

from streams.engine.pacing import CommitPace
from streams.testing import MovableClock


def _commit(pace: CommitPace, clock: MovableClock, took_ms: int) -> None:
    with pace.measured():
        clock.advance(took_ms)


def _pause_ms(pace: CommitPace, clock: MovableClock, *, quiet: bool = False) -> int:
    waited = 0
    while not pace.due(quiet=quiet):
        clock.advance(10)
        waited += 10
    return waited


@pytest.mark.parametrize(
    ("took_ms", "pause_ms"),
    [
        pytest.param(20, 480, id="short: every interval, counted from its beginning"),
        pytest.param(200, 800, id="long: a fifth of the time"),
        pytest.param(1_000, 1_000, id="longer: at the latest after the longest pause"),
        pytest.param(3_000, 0, id="longest: at once"),
    ],
)
def test_commits_take_a_fifth_of_the_time(
    took_ms: int, pause_ms: int, monotonic: MovableClock
) -> None:
    """The pause grows with what a commit took, between the interval and the longest."""
    pace = CommitPace(0.5, 2.0)
    assert pace.due()
    _commit(pace, monotonic, took_ms)
    assert _pause_ms(pace, monotonic) == pytest.approx(pause_ms, abs=10)


@pytest.mark.parametrize(("took_ms", "pause_ms"), [(20, 2_480), (3_000, 1_000)])
def test_who_has_nothing_to_say_says_it_less_often(
    took_ms: int, pause_ms: int, monotonic: MovableClock
) -> None:
    """From beginning to beginning half of the 5 s that watermarks are promised within.

    Or as late as what there is to say would be.
    """
    pace = CommitPace(0.5, 4.0)
    assert pace.due(quiet=True)
    _commit(pace, monotonic, took_ms)
    assert _pause_ms(pace, monotonic, quiet=True) == pytest.approx(pause_ms, abs=10)


def test_a_failed_commit_is_due_at_once(monotonic: MovableClock) -> None:
    """What was not written does not wait for another interval."""
    pace = CommitPace(0.5, 2.0)
    with pytest.raises(TimeoutError), pace.measured():
        raise TimeoutError
    assert pace.due()
