"""The personal minute: when, inside a rung's window, each user is best reminded.

t* = argmax over allowed slots t of p(active from t on) · p(opened before the start | sent at t).
The first factor is what habits promise (`reminders.habits`); the second is
1 − exp(−(start − t) / delay), with the mean delay of openings so far.

References
----------
The deadline factor is the survival view of opens (Weibull and exponential delays, WSDM 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from features.compiled import compiled
from features.row import ACTIVITY_BINS
from features.zones import Zones
from online_models.arrays import Bools, Floats, Ints
from reminders.habits import HALF_HOUR_S, Habits
from reminders.quiet_hours import NEVER_S, LocalQuiet, is_quiet
from reminders.retention import forgetting

__all__ = [
    "Minutes",
    "SendWindow",
    "nominal_minutes",
    "personal_minutes",
]

MINUTE_S = 60
SHORT_SLOT_S = 300
SHORT_WINDOW_S = 3_600
CHUNK_ROWS = 65_536


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
    by_chance
        float64[n]: how likely it would have been, were slots drawn at random alone.
    appeal
        float64[n] ≥ 0: what the best slot promises, with p(remembered at the start), on a scale
        that all windows of a user share.
    """

    due_s: Ints
    explore: Bools
    propensity: Floats
    by_chance: Floats
    appeal: Floats

    @classmethod
    def none(cls, n: int) -> Minutes:
        """Return those of `n` users whose window has no minute."""
        never, no = np.full(n, NEVER_S, np.int64), np.zeros(n, np.bool_)
        return cls(never, no, np.ones(n), np.zeros(n), np.zeros(n))

    def put(self, rows: Ints, other: Minutes) -> None:
        """Let the users `rows` have the moments of `other`."""
        for column in fields(self):
            getattr(self, column.name)[rows] = getattr(other, column.name)


@dataclass(frozen=True)
class _Slots:
    """The candidate slots of one window in one zone: bounds, local minutes, histogram bins.

    `in_time`, `kept`: p(opened before the start) and p(remembered then) of what finds somebody.
    """

    first_s: Ints
    last_s: Ints
    first_minute: Ints
    last_minute: Ints
    bins: Ints
    in_time: Floats
    kept: Floats


def nominal_minutes(quiet: LocalQuiet, nominal_s: int, window: SendWindow, step_s: int = 0) -> Ints:
    """Return int64[n]: the nominal moment, or where that is quiet, the nearest one that is not.

    −1 where the whole window is quiet. `step_s`: how long it is until the next call; it moves to
    where that comes before quiet hours, if there is such a moment.
    """
    n = len(quiet.codes)
    first, last = np.full(n, window.first_s), np.full(n, window.last_s)
    nominal = np.full(n, nominal_s, np.int64)
    nearest_s = quiet.nearest_allowed(nominal, first, last)
    rows = np.flatnonzero(quiet.quiet_at(nominal)) if step_s > MINUTE_S else nearest_s[:0]
    if len(rows):
        # It moves to whole minutes; the call after one comes within `step_s`, less a second.
        early = quiet.take(rows).begun_earlier(step_s - MINUTE_S)
        moved_s = early.nearest_allowed(nominal[rows], first[rows], last[rows])
        nearest_s[rows] = np.where(moved_s == NEVER_S, nearest_s[rows], moved_s)
    return nearest_s


def personal_minutes(
    quiet: LocalQuiet,
    habits: Habits,
    uniforms: Floats,
    window: SendWindow,
    explore: float,
    step_s: int = 0,
) -> Minutes:
    """Return the personal minute of `n` users in a window.

    Parameters
    ----------
    quiet
        Zones and quiet hours of the users; equal bounds for those whom quiet hours do not bind.
    habits
        When the users are there.
    uniforms
        float64[n, 3] in [0, 1), by hash: explore or not, which slot then, where in the slot.
    explore
        Share of users whose slot is drawn evenly from the allowed ones.
    step_s
        How long after its moment a reminder may go out; where another moment is allowed, quiet
        hours do not begin meanwhile.
    """
    n = len(quiet.codes)
    result = Minutes.none(n)
    if window.first_s > window.last_s:
        return result
    for code in np.unique(quiet.codes).tolist():
        slots = _slots(quiet.zones, code, window, habits.delay_s)
        rows = np.flatnonzero(quiet.codes == code)
        for at in range(0, len(rows), CHUNK_ROWS):
            part = rows[at : at + CHUNK_ROWS]
            allowed = _allowed(quiet, part, slots)
            appeal = habits.presence(part, slots.bins) * slots.in_time
            _choose(result, part, slots, (allowed, appeal), uniforms[part], explore)
    _leave_quiet_hours(result, quiet, window, step_s)
    return result


def _slots(zones: Zones, code: int, window: SendWindow, delay_s: float) -> _Slots:
    length = HALF_HOUR_S if window.last_s - window.first_s >= SHORT_WINDOW_S else SHORT_SLOT_S
    whole_s = window.first_s - window.first_s % length
    begins = np.arange(whole_s, max(window.last_s, whole_s + 1), length)
    first = np.maximum(begins, window.first_s)
    last = np.minimum(begins + length - 1, window.last_s)
    last[-1] = window.last_s  # No slot for the last second alone, where all would meet.
    codes = np.full(len(begins), code, np.int64)
    first_minute, weekday = zones.local_minutes(codes, first * 1_000)
    last_minute, _ = zones.local_minutes(codes, last * 1_000)
    day_type = (np.asarray(weekday) >= 5).astype(np.int64)
    minutes = np.asarray(first_minute, np.int64)
    bins = day_type * ACTIVITY_BINS + minutes // 30
    lead_s = window.start_s - first
    in_time, kept = -np.expm1(-lead_s / delay_s), forgetting(lead_s)
    return _Slots(first, last, minutes, np.asarray(last_minute, np.int64), bins, in_time, kept)


def _allowed(quiet: LocalQuiet, rows: Ints, slots: _Slots) -> Bools:
    """Return bool[n, slots]: whether a slot does not begin and end in quiet hours."""
    start, end = (bound[rows, None].astype(np.int16) for bound in (quiet.start, quiet.end))
    begins, ends = (
        is_quiet(minute.astype(np.int16), start, end)
        for minute in (slots.first_minute, slots.last_minute)
    )
    return ~(begins & ends)


def _choose(
    result: Minutes,
    rows: Ints,
    slots: _Slots,
    offered: tuple[Bools, Floats],
    uniforms: Floats,
    explore: float,
) -> None:
    """Set the moments of `rows`; `offered`: what is allowed and its appeal, [n, slots] each."""
    allowed, promised = offered
    count, best, random, appeal = _pick(
        np.ascontiguousarray(allowed), np.ascontiguousarray(promised), uniforms[:, 1]
    )
    explored = uniforms[:, 0] < explore
    slot = np.where(explored, random, best)
    length = slots.last_s[slot] - slots.first_s[slot] + 1
    result.due_s[rows] = slots.first_s[slot] + np.floor(uniforms[:, 2] * length).astype(np.int64)
    result.explore[rows] = explored
    result.propensity[rows] = explore / count + np.where(slot == best, 1.0 - explore, 0.0)
    result.by_chance[rows] = explore / count
    result.appeal[rows] = appeal * slots.kept[best]


@compiled
def _pick(allowed: Bools, appeal: Floats, chance: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """Return how many slots are allowed, the best of them, one by `chance`, the appeal of the best.

    int64[n] thrice and float64[n]; where none is, as if the first one were, without appeal.
    """
    count, best, random = np.zeros((3, len(appeal)), np.int64)
    most = np.zeros(len(appeal))
    for row in range(len(appeal)):
        for slot in range(appeal.shape[1]):
            if allowed[row, slot]:
                if count[row] == 0 or appeal[row, slot] > most[row]:
                    best[row], most[row] = slot, appeal[row, slot]
                count[row] += 1
        wanted = int(chance[row] * count[row])
        count[row] = max(count[row], 1)
        for slot in range(appeal.shape[1]):
            if allowed[row, slot]:
                if wanted == 0:
                    random[row] = slot
                wanted -= 1
    return count, best, random, most


def _leave_quiet_hours(result: Minutes, quiet: LocalQuiet, window: SendWindow, step_s: int) -> None:
    """Move moments in quiet hours, or `step_s` before, to the nearest other that is allowed."""
    early = quiet.begun_earlier(step_s)
    rows = np.flatnonzero(early.quiet_at(result.due_s))
    if not len(rows):
        return
    due_s = result.due_s[rows]
    first = np.full(len(rows), window.first_s, np.int64)
    last = np.full(len(rows), window.last_s, np.int64)
    moved_s = early.take(rows).nearest_allowed(due_s, first, last)
    late = np.flatnonzero(moved_s == NEVER_S)
    users = quiet.take(rows[late])
    moved_s[late] = users.nearest_allowed(due_s[late], first[late], last[late])
    result.due_s[rows] = moved_s
