from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import uniform
from features.zones import Zones
from reminders.habits import Habits
from reminders.quiet_hours import NEVER_S, LocalQuiet
from reminders.timing import SendWindow, nominal_minutes, personal_minutes

NOON_S = 1_699_934_400
HOUR_S, DELAY_S = 3_600, 1_200.0


def users(n: int, quiet: tuple[int, int] = (0, 0)) -> LocalQuiet:
    """Return users in Shanghai."""
    zones = Zones()
    code = zones.code("Asia/Shanghai")
    return LocalQuiet(zones, np.full(n, code), np.full(n, quiet[0]), np.full(n, quiet[1]))


def habits(activity: npt.NDArray[np.floating]) -> Habits:
    """Return those of users of whom so many events are known, in a partition that is even."""
    return Habits(
        lambda rows: (activity[rows].astype(np.uint8), np.ones(len(rows), np.float32)),
        EVEN,
        DELAY_S,
    )


def draws(n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the uniforms of users."""
    return np.stack([uniform(0, part, np.arange(n)) for part in range(3)], axis=1)


EVEN = np.full((2, 48), 1 / 48)
WINDOW = SendWindow(NOON_S, NOON_S + 10 * HOUR_S, NOON_S + 28 * HOUR_S)


def test_the_minute_is_when_the_user_is_there() -> None:
    """Each user's busiest half-hour of a weekday, on different seconds of it."""
    activity = np.zeros((48, 96), np.float16)
    activity[np.arange(48), np.arange(48)] = 30.0
    chosen = personal_minutes(users(48), habits(activity), draws(48), WINDOW, 0.0)
    half_hours = (chosen.due_s - NOON_S) // 1_800 + 24
    assert half_hours[24:44].tolist() == list(range(24, 44))
    assert len(set((chosen.due_s % 1_800).tolist())) > 40


def test_an_early_opening_matters_more_near_the_start() -> None:
    """All else equal, the earliest slot leaves most time to open it."""
    window = SendWindow(NOON_S, NOON_S + 25 * 60, NOON_S + 30 * 60)
    chosen = personal_minutes(users(20), habits(np.zeros((20, 96))), draws(20), window, 0.0)
    assert chosen.due_s.max() < NOON_S + 5 * 60


def test_exploration_is_even_over_the_allowed_slots_and_said() -> None:
    """A share of users gets any slot, none quiet, and the propensities tell."""
    n = 20_000
    quiet = users(n, (14 * 60, 16 * 60))
    chosen = personal_minutes(quiet, habits(np.zeros((n, 96))), draws(n), WINDOW, 0.5)
    assert abs(chosen.explore.mean() - 0.5) < 0.02
    assert not quiet.quiet_at(chosen.due_s).any()
    counts = np.bincount((chosen.due_s[chosen.explore] - NOON_S) // 1_800, minlength=20)
    assert counts[4:8].tolist() == [0, 0, 0, 0]
    allowed = np.delete(counts[:20], range(4, 8))
    assert allowed.min() > 0.8 * allowed.mean()
    best = chosen.propensity[~chosen.explore]
    assert np.allclose(best, 0.5 + 0.5 / 16)


def test_a_quiet_window_has_no_minute() -> None:
    """−1 says so."""
    chosen = personal_minutes(users(3, (0, 1439)), habits(np.zeros((3, 96))), draws(3), WINDOW, 0.0)
    assert chosen.due_s.tolist() == [NEVER_S] * 3


def test_quiet_hours_do_not_begin_before_the_next_call() -> None:
    """A moment that would go out too late comes earlier, unless there is no other."""
    n = 200
    activity = np.zeros((n, 96), np.float16)
    activity[:, 31] = 30.0
    for opens_s, latest_s in ((HOUR_S, 3 * HOUR_S), (3.5 * HOUR_S, 3.9 * HOUR_S)):
        window = SendWindow(NOON_S + int(opens_s), NOON_S + 9 * HOUR_S, NOON_S + 28 * HOUR_S)
        quiet = users(n, (15 * 60 + 50, 22 * 60))
        chosen = personal_minutes(quiet, habits(activity), draws(n), window, 0.0, 50 * 60)
        assert not quiet.quiet_at(chosen.due_s).any()
        assert chosen.due_s.max() <= NOON_S + latest_s


def test_the_nominal_moment_moves_only_out_of_quiet_hours() -> None:
    """To the nearest allowed minute on either side."""
    nominal_s = NOON_S + 4 * HOUR_S
    assert nominal_minutes(users(1), nominal_s, WINDOW).tolist() == [nominal_s]
    late = nominal_minutes(users(1, (15 * 60, 16 * 60 + 10)), nominal_s, WINDOW)
    assert late.tolist() == [nominal_s + 600]
    early = nominal_minutes(users(1, (15 * 60 + 50, 20 * 60)), nominal_s, WINDOW)
    assert early.tolist() == [nominal_s - 660]
    assert nominal_minutes(users(1, (0, 1439)), nominal_s, WINDOW).tolist() == [NEVER_S]


def test_a_nominal_moment_moves_to_where_it_still_goes_out() -> None:
    """Not to the minute before quiet hours, where the next call comes later, if it can."""
    nominal_s, step_s = NOON_S + 4 * HOUR_S, 15 * 60
    moved = nominal_minutes(users(1, (15 * 60 + 50, 20 * 60)), nominal_s, WINDOW, step_s)
    assert moved.tolist() == [nominal_s - 600 - step_s]
    later = nominal_minutes(users(1, (15 * 60 + 50, 16 * 60 + 20)), nominal_s, WINDOW, step_s)
    assert later.tolist() == [nominal_s + 1_200]
    free = nominal_minutes(users(1, (16 * 60 + 5, 20 * 60)), nominal_s, WINDOW, step_s)
    assert free.tolist() == [nominal_s]
    short = SendWindow(nominal_s - 900, nominal_s + 60, nominal_s + HOUR_S)
    only = nominal_minutes(users(1, (15 * 60 + 50, 20 * 60)), nominal_s, short, step_s)
    assert only.tolist() == [nominal_s - 660]


def test_days_of_the_other_type_count_a_quarter() -> None:
    """A weekday goes by the hour of weekdays, unless days off say far more."""
    for weekend, chosen_hour in ((12.0, 14), (24.0, 18)):
        activity = np.zeros((1, 96))
        activity[0, 28], activity[0, 48 + 36] = 10.0, weekend
        chosen = personal_minutes(users(1), habits(activity), draws(1), WINDOW, 0.0)
        hour = (chosen.due_s[0] - NOON_S) // HOUR_S + 12
        assert abs(hour - chosen_hour) <= 1
