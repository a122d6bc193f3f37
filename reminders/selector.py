"""The selector: for whom an announcement is worth planning, and each one's minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.hashing import U64Array, hash64, uniform
from features.row import ACTIVITY_BINS
from features.state import UserState
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, Worth, worth_of
from reminders.guardrails import Standing, forbidden, local_quiet, quiet_hours_bind, standing
from reminders.holdout import held_out
from reminders.journal import Journal
from reminders.open_delay import OpenDelay
from reminders.patience import better_later
from reminders.plan import Plan
from reminders.plan_run import LEVEL_SHIFT, ON_TRIAL, PLANNED, RANDOM_MINUTE, Planned
from reminders.pricing import Prices
from reminders.quiet_hours import NEVER_S
from reminders.quota import best
from reminders.settings import DecisionSettings
from reminders.suppression import REASONS, SENDABLE, Suppression, count_reasons, mark
from reminders.timing import (
    Activity,
    Minutes,
    SendWindow,
    nominal_minutes,
    personal_minutes,
    population_activity,
)
from reminders.trials import Trials, trials_of

__all__ = ["Choice", "Selector", "Terms"]

_POPULATION_USERS = 65_536
"""How many users, the first by hash, stand for all in the partition's histogram."""
_CHUNK = 4096
_WORTH_ALONE = (
    Suppression.NO_TIE,
    Suppression.BELOW_PRICE,
    Suppression.QUOTA,
    Suppression.QUIET_HOURS,
)
_NO_RULE = np.array([reason in _WORTH_ALONE for reason in REASONS] + [True])
"""bool by code, SENDABLE (-1) last: whether no rule forbids the reminder as such."""
_EXPLORE, _SLOT, _MINUTE = (hash64(f"minute/{part}") for part in ("explore", "slot", "inside"))


@dataclass(frozen=True)
class Terms:
    """On what terms users are chosen now.

    Attributes
    ----------
    earliest_s
        The first second that a reminder may be planned for.
    prices
        What a reminder must be worth more than.
    invites_left
        How many more invitations may be planned; None: any number.
    invites
        int64[n]: how often each user was invited to the stream before.
    reminded
        bool[n]: who must not be reminded to attend on this rung again.
    nearer
        The windows of the rungs nearer to the start, and how much more each keeps than this one.
    """

    earliest_s: int
    prices: Prices
    invites_left: int | None
    invites: Ints
    reminded: Bools
    nearer: tuple[tuple[SendWindow, float], ...] = ()


class Choice(NamedTuple):
    """The rows to plan, how many users were left out and why, and how many might be reminded.

    `eligible`: by cohort, those for whom no rule forbids the reminder, whatever it is worth.
    """

    rows: Planned
    left_out: Counter[str]
    eligible: tuple[int, ...]


class Selector:
    """Chooses users for announcements; remembers the partition's activity of the hour.

    The histogram is part of the state, since a restart within the hour must not change it.
    """

    def __init__(self, settings: DecisionSettings, journal: Journal) -> None:
        self.delay = OpenDelay(journal)
        self._population = np.empty((0, ACTIVITY_BINS))
        self._population_hour = -1
        self._settings = settings

    def measured(self) -> tuple[int, bytes]:
        """Return the hour whose activity was measured last, and the measure, for `restore`."""
        return self._population_hour, self._population.tobytes()

    def restore(self, hour: int, population: bytes) -> None:
        """Put back what was measured."""
        self._population_hour = hour
        self._population = np.frombuffer(population).reshape(-1, ACTIVITY_BINS)

    def choose(
        self, state: UserState, plan: Plan, about: Announcement, slots: Ints, terms: Terms
    ) -> Choice:
        """Return the rows to plan among the users in `slots`, and how many were left out, why.

        Only what cannot change within the window decides: who has reserved is planned for even
        while muted.
        """
        users = standing(state, about.stream, slots)
        codes = forbidden(users)
        codes[users.reserved & ~users.attended] = SENDABLE
        mark(codes, plan.ledger.users.contains(users.user_h), Suppression.DUPLICATE)
        mark(codes, users.reserved & terms.reminded, Suppression.DUPLICATE)
        mark(codes, plan.holds(users.user_h), Suppression.DUPLICATE)
        worth, trial = self._price(state, about, users, codes, terms)
        kept = np.flatnonzero(codes == SENDABLE)
        minutes = Minutes.none(len(codes))
        minutes.put(kept, self._minutes(state, plan, about, users.take(kept), terms.earliest_s))
        mark(codes, minutes.due_s == NEVER_S, Suppression.QUIET_HOURS)
        value = np.where(trial.on, np.maximum(worth.value, worth.prior_value), worth.value)
        self._wait(state, plan, about, users, codes, value, minutes, terms)
        self._keep_to_quota(about, users, codes, worth.value, terms.invites_left)
        kept = codes == SENDABLE
        rows = _planned(users.user_h, minutes, trial, np.flatnonzero(kept))
        return Choice(rows, Counter(count_reasons(codes)), self._eligible(users, codes))

    def _eligible(self, users: Standing, codes: Ints) -> tuple[int, ...]:
        """Count by cohort the users for whom no rule forbids the reminder, whatever it is worth."""
        allowed = _NO_RULE[codes]
        cohorts = self._settings.cohorts
        if len(cohorts.arms) == 1:
            return (int(np.count_nonzero(allowed)),)
        cohort = cohorts.of(self._settings.seed, users.user_h[allowed])
        return tuple(np.bincount(cohort, minlength=len(cohorts.arms)).tolist())

    def _price(
        self, state: UserState, about: Announcement, users: Standing, codes: Ints, terms: Terms
    ) -> tuple[Worth, Trials]:
        """Leave out what is not worth it; return the worth, and what is tried all the same."""
        kept = np.flatnonzero(codes == SENDABLE)
        low = np.full(len(codes), -np.inf)
        worth = Worth(low, low.copy(), np.ones(len(codes), np.bool_))
        known = worth_of(state, about, users.slots[kept], terms.invites[kept])
        for column, own in zip(worth, known, strict=True):
            column[kept] = own
        price, values = terms.prices.of(users.reserved), worth.value
        trial = trials_of(about, users, worth, price)
        mark(codes, ~worth.tied, Suppression.NO_TIE)
        mark(codes, (values <= price) & ~trial.on, Suppression.BELOW_PRICE)
        return worth, trial

    def _wait(
        self,
        state: UserState,
        plan: Plan,
        about: Announcement,
        users: Standing,
        codes: Ints,
        values: Floats,
        minutes: Minutes,
        terms: Terms,
    ) -> None:
        """Leave out invitations that a nearer rung serves better, but for the random minutes."""
        rows = np.flatnonzero((codes == SENDABLE) & users.personal & ~users.reserved)
        if not terms.nearer or not len(rows):
            return
        promise = np.zeros(len(rows))
        for window, kept in terms.nearer:
            part = self._personal(state, plan, users.take(rows), window, about)
            promise = np.maximum(promise, kept * part.appeal)
        promise /= np.maximum(minutes.appeal[rows], 1e-12)
        value = values[rows]
        # What is planned below the price is planned for a price that has fallen.
        price = np.minimum(terms.prices.sending, value)
        waits = np.zeros(len(codes), np.bool_)
        waits[rows] = better_later(value, price, promise)
        minutes.propensity[waits] = minutes.by_chance[waits]
        mark(codes, waits & ~minutes.explore, Suppression.LATER_RUNG)

    def _keep_to_quota(
        self, about: Announcement, users: Standing, codes: Ints, values: Floats, left: int | None
    ) -> None:
        """Leave out the invitations beyond the quota; the holdout has no part in it."""
        if left is None:
            return
        invites = (codes == SENDABLE) & ~users.reserved
        held = held_out(self._settings, about.stream.stream_h, users.user_h, users.reserved)
        chosen = best(values, users.user_h, invites & ~held, left)
        least = values[chosen].min(initial=np.inf)
        mark(codes, invites & ~chosen & ~(held & (values >= least)), Suppression.QUOTA)

    def _minutes(
        self, state: UserState, plan: Plan, about: Announcement, users: Standing, earliest_s: int
    ) -> Minutes:
        """Return each user's moment from `earliest_s` on; a nominal one that is past is missed."""
        due = Minutes.none(len(users))
        rows = np.flatnonzero(users.personal)
        due.put(rows, self._personal(state, plan, users.take(rows), plan.window(earliest_s), about))
        rows = np.flatnonzero(~users.personal)
        others = users.take(rows)
        binding = quiet_hours_bind(self._settings, plan.rung, others.reserved)
        quiet = local_quiet(state, others.slots, binding)
        nominal_s = nominal_minutes(quiet, plan.nominal_s, plan.window(0))
        due.due_s[rows] = np.where(nominal_s >= earliest_s, nominal_s, NEVER_S)
        return due

    def _personal(
        self,
        state: UserState,
        plan: Plan,
        users: Standing,
        window: SendWindow,
        about: Announcement,
    ) -> Minutes:
        binding = quiet_hours_bind(self._settings, about.rung, users.reserved)
        seed, key = self._settings.seed, plan.announcement
        uniforms = [uniform(seed, part, users.user_h, key) for part in (_EXPLORE, _SLOT)]
        # The same minute for all streams, so that a user's invitations meet and the best one goes.
        uniforms.append(uniform(seed, _MINUTE, users.user_h))
        return personal_minutes(
            local_quiet(state, users.slots, binding),
            _activity_of(state, users.slots),
            self._of_all(state, about.now_ms),
            np.stack(uniforms, axis=1),
            window,
            self._settings.explore,
            self.delay.mean_s,
        )

    def _of_all(self, state: UserState, now_ms: int) -> Floats:
        hour = now_ms // 3_600_000
        if hour != self._population_hour:
            self._population_hour = hour
            sample = state.users.live_slots()[:_POPULATION_USERS]
            self._population = population_activity(
                _read_all(_activity_of(state, sample), len(sample))
            )
        return self._population


def _activity_of(state: UserState, slots: Ints) -> Activity:
    """Return how to read events by half-hour of the users in `slots`."""
    steps = state.users.rows["activity"].reshape(-1, 2 * ACTIVITY_BINS)
    units = state.users.rows["activity_unit"]
    return lambda rows: (steps[slots[rows]], units[slots[rows]])


def _read_all(activity: Activity, count: int) -> npt.NDArray[np.float16]:
    """Return float16[n, 96]; in parts, since what each is made of takes more room."""
    found = np.empty((count, 2 * ACTIVITY_BINS), np.float16)
    for start in range(0, count, _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, count))
        steps, units = activity(rows)
        found[rows] = steps * units[:, None]
    return found


def _planned(user_h: U64Array, minutes: Minutes, trial: Trials, kept: Ints) -> Planned:
    rows = np.zeros(len(kept), PLANNED)
    rows["user_h"] = user_h[kept]
    rows["due_s"] = minutes.due_s[kept]
    rows["propensity"] = minutes.propensity[kept]
    bits = RANDOM_MINUTE * minutes.explore[kept] + ON_TRIAL * trial.on[kept]
    rows["explore"] = bits + (trial.level[kept] << LEVEL_SHIFT)
    return rows
