"""The personal minute: when, inside a rung's window, each user is best reminded.

t* = argmax over allowed slots t of p(active at t) · p(opened before the start | sent at t). The
first factor is the user's activity by local half-hour and day type, smoothed over neighbouring
half-hours and shrunk towards the partition's; the second is 1 − exp(−(start − t) / delay).

References
----------
Shrinkage and day types as in TIM (Kuaishou, arXiv 2406.07067, section 3); the deadline factor is
the survival view of opens (Weibull and exponential delays, WSDM 2019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.zones import Zones
from online_models.arrays import Bools, Floats, Ints
from reminders.quiet_hours import NEVER_S, LocalQuiet, is_quiet

__all__ = [
    "Activity",
    "Minutes",
    "SendWindow",
    "nominal_minutes",
    "personal_minutes",
    "population_activity",
]

BINS = 48
HALF_HOUR_S = 1_800
SHORT_SLOT_S = 300
SHORT_WINDOW_S = 3_600
OPEN_DELAY_S = 1_200.0
"""Mean time between a reminder's arrival and its opening, among those who open it."""
PRIOR_EVENTS = 5.0
"""How many events of the user's own weigh as much as the partition's histogram."""
HALF_LIFE_DAYS = 30.0
CHUNK_ROWS = 65_536


Activity = Callable[[Ints, Ints], npt.NDArray[np.floating]]
"""Decayed events of the users in some rows, int64[n], in some of 96 bins, int64[k]: float[n, k].
Bins are (weekday, weekend) × local half-hour."""


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Seconds in which a reminder may be sent, both ends included, and the start of the stream."""

    first_s: int
    last_s: int
    start_s: int


@dataclass(frozen=True)
class Minutes:
    """The chosen moments of `n` users.

    Attributes
    ----------
    due_s
        int64[n] epoch seconds, −1 where the window has no allowed minute.
    explore
        bool[n]: drawn at random instead of the best.
    propensity
        float64[n] in (0, 1]: how likely this policy was to choose the slot.
    """

    due_s: Ints
    explore: Bools
    propensity: Floats


@dataclass(frozen=True)
class _Slots:
    """The candidate slots of one window in one zone: bounds, local minutes, histogram bins."""

    first_s: Ints
    last_s: Ints
    first_minute: Ints
    last_minute: Ints
    bins: Ints


def population_activity(activity: npt.NDArray[np.float16]) -> Floats:
    """Return float64[2, 48] that sums to 1 a day type: what share of activity each bin holds.

    `activity` is float16[n, 96]. Sums are exact integers of 1/64 events, so that the order of
    the users does not matter; one event a bin is added, so that no bin is empty.
    """
    events = np.minimum(activity.astype(np.float32), 1_024.0)
    total = 64.0 + np.rint(events * 64.0).sum(axis=0, dtype=np.float64).reshape(2, BINS)
    return np.asarray(total / total.sum(axis=1, keepdims=True))


def nominal_minutes(quiet: LocalQuiet, nominal_s: int, window: SendWindow) -> Ints:
    """Return int64[n]: the nominal moment, or where that is quiet, the nearest one that is not.

    −1 where the whole window is quiet.
    """
    n = len(quiet.codes)
    first, last = np.full(n, window.first_s), np.full(n, window.last_s)
    return quiet.nearest_allowed(np.full(n, nominal_s, np.int64), first, last)


def personal_minutes(
    quiet: LocalQuiet,
    activity: Activity,
    population: Floats,
    uniforms: Floats,
    window: SendWindow,
    explore: float,
) -> Minutes:
    """Return the personal minute of `n` users in a window.

    Parameters
    ----------
    quiet
        Zones and quiet hours of the users; equal bounds for those whom quiet hours do not bind.
    activity
        The users' own.
    population
        float64[2, 48] from `population_activity`.
    uniforms
        float64[n, 3] in [0, 1), by hash: explore or not, which slot then, where in the slot.
    explore
        Share of users whose slot is drawn evenly from the allowed ones.
    """
    n = len(quiet.codes)
    result = Minutes(np.full(n, NEVER_S, np.int64), np.zeros(n, np.bool_), np.ones(n))
    if window.first_s > window.last_s:
        return result
    for code in np.unique(quiet.codes).tolist():
        slots = _slots(quiet.zones, code, window)
        rows = np.flatnonzero(quiet.codes == code)
        for at in range(0, len(rows), CHUNK_ROWS):
            part = rows[at : at + CHUNK_ROWS]
            allowed = _allowed(quiet, part, slots)
            appeal = np.zeros(allowed.shape)
            open_to = np.flatnonzero(allowed.any(axis=1))
            appeal[open_to] = _appeal(activity, part[open_to], population, slots, window.start_s)
            _choose(result, part, slots, np.where(allowed, appeal, -1.0), uniforms[part], explore)
    _leave_quiet_hours(result, quiet, window)
    return result


def _slots(zones: Zones, code: int, window: SendWindow) -> _Slots:
    length = HALF_HOUR_S if window.last_s - window.first_s >= SHORT_WINDOW_S else SHORT_SLOT_S
    begins = np.arange(window.first_s - window.first_s % length, window.last_s + 1, length)
    first = np.maximum(begins, window.first_s)
    last = np.minimum(begins + length - 1, window.last_s)
    codes = np.full(len(begins), code, np.int64)
    first_minute, weekday = zones.local_minutes(codes, first * 1_000)
    last_minute, _ = zones.local_minutes(codes, last * 1_000)
    day_type = (np.asarray(weekday) >= 5).astype(np.int64)
    minutes = np.asarray(first_minute, np.int64)
    bins = day_type * BINS + minutes // 30
    return _Slots(first, last, minutes, np.asarray(last_minute, np.int64), bins)


def _appeal(
    activity: Activity, rows: Ints, population: Floats, slots: _Slots, start_s: int
) -> Floats:
    """Return float[n, slots], proportional to p(active) · p(opened before the start)."""
    used, at = np.unique(slots.bins, return_inverse=True)
    day, half_hour = used // BINS * BINS, used % BINS
    before, after = day + (half_hour - 1) % BINS, day + (half_hour + 1) % BINS
    whole = population.reshape(-1)
    smooth = 0.5 * whole[used] + 0.25 * (whole[before] + whole[after])
    own, earlier, later = (
        activity(rows, bins).astype(np.float32) for bins in (used, before, after)
    )
    seen = 0.5 * own + 0.25 * (earlier + later)
    opened = -np.expm1(-(start_s - slots.first_s) / OPEN_DELAY_S)
    return np.asarray((seen + PRIOR_EVENTS * smooth)[:, at] * opened)


def _allowed(quiet: LocalQuiet, rows: Ints, slots: _Slots) -> Bools:
    """Return bool[n, slots]: whether a slot does not begin and end in quiet hours."""
    start, end = quiet.start[rows, None], quiet.end[rows, None]
    begins, ends = (
        is_quiet(minute, start, end) for minute in (slots.first_minute, slots.last_minute)
    )
    return ~(begins & ends)


def _choose(
    result: Minutes,
    rows: Ints,
    slots: _Slots,
    appeal: Floats,
    uniforms: Floats,
    explore: float,
) -> None:
    """Set the moments of `rows`; `appeal` is negative where a slot is not allowed."""
    allowed = appeal >= 0.0
    count = np.maximum(allowed.sum(axis=1), 1)
    best = appeal.argmax(axis=1)
    explored = uniforms[:, 0] < explore
    wanted = np.floor(uniforms[:, 1] * count).astype(np.int64) + 1
    random = (np.cumsum(allowed, axis=1) >= wanted[:, None]).argmax(axis=1)
    slot = np.where(explored, random, best)
    length = slots.last_s[slot] - slots.first_s[slot] + 1
    result.due_s[rows] = slots.first_s[slot] + np.floor(uniforms[:, 2] * length).astype(np.int64)
    result.explore[rows] = explored
    result.propensity[rows] = explore / count + np.where(slot == best, 1.0 - explore, 0.0)


def _leave_quiet_hours(result: Minutes, quiet: LocalQuiet, window: SendWindow) -> None:
    """Move the moments that fall into quiet hours all the same to the nearest allowed one."""
    rows = np.flatnonzero(quiet.quiet_at(result.due_s))
    if len(rows):
        first = np.full(len(rows), window.first_s, np.int64)
        last = np.full(len(rows), window.last_s, np.int64)
        users = quiet.take(rows)
        result.due_s[rows] = users.nearest_allowed(result.due_s[rows], first, last)
