from __future__ import annotations

from reminders.ladder import DEFAULT_RUNGS, window

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


def test_nominal_moments_are_the_contracts() -> None:
    """The rungs are spoken of as 24 h, 2 h and 15 min."""
    assert [rung.nominal_ms // _MINUTE_MS for rung in DEFAULT_RUNGS] == [1440, 120, 15]
