from __future__ import annotations

import pytest

from reminders.ladder import DEFAULT_RUNGS, LadderError, Rung, check_rungs, horizon_ms, window

_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000


def test_default_windows_are_the_contracts() -> None:
    """24h: 28 h to 18 h before the start; 2h: 4 h to 1 h; 15m: 30 min to 5 min."""
    start = 100 * _HOUR_MS
    windows = {rung.name: window(rung, start) for rung in DEFAULT_RUNGS}
    assert windows == {
        "24h": (start - 28 * _HOUR_MS, start - 18 * _HOUR_MS),
        "2h": (start - 4 * _HOUR_MS, start - 1 * _HOUR_MS),
        "15m": (start - 30 * _MINUTE_MS, start - 5 * _MINUTE_MS),
    }


def test_default_rungs_are_a_ladder() -> None:
    """They pass their own check, and are spoken of as 24 h, 2 h and 15 min."""
    check_rungs(DEFAULT_RUNGS)
    assert [rung.nominal_ms // _MINUTE_MS for rung in DEFAULT_RUNGS] == [1440, 120, 15]


def test_horizon_is_the_earliest_opening() -> None:
    """Nothing has to be planned longer ahead than that, and nothing at all without rungs."""
    assert horizon_ms(DEFAULT_RUNGS) == 28 * _HOUR_MS
    assert horizon_ms([]) == 0


@pytest.mark.parametrize(
    "rung",
    [
        Rung("x", 10, 0, 5),
        Rung("x", 10, 5, 4),
        Rung("x", 10, 5, 11),
        Rung("x", 5, 10, 7),
        Rung("x", 31 * 24 * _HOUR_MS, 5, 7),
        Rung("", 10, 5, 7),
        Rung("x" * 33, 10, 5, 7),
    ],
)
def test_impossible_rungs_are_refused(rung: Rung) -> None:
    """A rung that could send at the start, or outside its own window, never gets in."""
    with pytest.raises(LadderError, match="rung"):
        check_rungs([rung])


def test_all_faults_are_said_at_once() -> None:
    """Whoever configures sees everything in one go."""
    with pytest.raises(LadderError) as caught:
        check_rungs([Rung("a", 10, 0, 5), Rung("a", 10, 5, 7), Rung("", 10, 5, 7)])
    assert str(caught.value).count(";") == 2
