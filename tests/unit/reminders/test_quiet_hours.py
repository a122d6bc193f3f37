from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from features.zones import Zones
from reminders.quiet_hours import NEVER_S, LocalQuiet, is_quiet

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")


def quiet_of(zone: str, start: str, end: str) -> LocalQuiet:
    """Return the quiet hours of one user."""
    zones = Zones()
    minutes = [int(clock[:2]) * 60 + int(clock[3:]) for clock in (start, end)]
    return LocalQuiet(
        zones, np.array([zones.code(zone)]), np.array(minutes[:1]), np.array(minutes[1:])
    )


def naive(zone: str, start: str, end: str, at_s: int) -> bool:
    """Return whether it is quiet by the wall clock of the zone."""
    now = datetime.fromtimestamp(at_s, ZoneInfo(zone)).strftime("%H:%M")
    return start <= now < end if start <= end else now >= start or now < end


@pytest.mark.parametrize(
    ("start", "end"), [("22:00", "08:00"), ("01:30", "03:15"), ("09:00", "09:00")]
)
@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_around_a_clock_change(zone: str, start: str, end: str) -> None:
    """Each minute of the days around the changes of 2026 is judged as the wall clock says."""
    quiet = quiet_of(zone, start, end)
    for day in ((2026, 3, 7), (2026, 3, 28), (2026, 4, 4), (2026, 10, 3), (2026, 10, 24)):
        begin = int(datetime(*day, tzinfo=ZoneInfo("UTC")).timestamp())
        at_s = np.arange(begin, begin + 2 * 86_400, 60)
        every = LocalQuiet(
            quiet.zones, *(np.repeat(a, len(at_s)) for a in (quiet.codes, quiet.start, quiet.end))
        )
        expected = [naive(zone, start, end, at) for at in at_s.tolist()]
        assert every.quiet_at(at_s).tolist() == expected


@pytest.mark.parametrize("zone", ZONES)
def test_searches_find_the_nearest_allowed_minute(zone: str) -> None:
    """The first allowed minute from a time on, and the nearest one on either side."""
    rng = np.random.default_rng(0)
    days = ((3, 7), (3, 28), (4, 4), (10, 24), (10, 31))
    begins = [int(datetime(2026, *day, tzinfo=UTC).timestamp()) for day in days]
    for start, end in (("22:00", "08:00"), ("02:10", "02:50"), ("00:00", "23:00")):
        quiet = quiet_of(zone, start, end)
        for _ in range(60):
            first = int(rng.choice(begins)) + 60 * int(rng.integers(0, 2_880))
            last = first + 60 * int(rng.integers(1, 720))
            free = [at for at in range(first, last + 1, 60) if not naive(zone, start, end, at)]
            found = int(quiet.next_allowed(np.array([first]), np.array([last]))[0])
            assert found == min(free, default=NEVER_S)
            target = (first + last) // 120 * 60
            near = int(quiet.nearest_allowed(*(np.array([t]) for t in (target, first, last)))[0])
            expected = min((abs(at - target) for at in free), default=target + 1)
            assert abs(near - target) == expected


def test_equal_bounds_mean_no_quiet_hours() -> None:
    """And the end itself is not quiet, the start is."""
    minutes = np.array([0, 480, 1320])
    assert not is_quiet(minutes, np.array(600), np.array(600)).any()
    assert is_quiet(minutes, np.array(1320), np.array(480)).tolist() == [True, False, True]
