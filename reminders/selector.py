"""The selector: for whom an announcement is worth planning, and each one's minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, Worth, worth_of
from reminders.controls import controls_of
from reminders.guardrails import Standing, forbidden, standing
from reminders.holdout import held_out
from reminders.moments import Moments
from reminders.patience import Nearer, better_later
from reminders.plan import Plan
from reminders.plan_run import LEVEL_SHIFT, ON_TRIAL, PLANNED, RANDOM_MINUTE, Planned
from reminders.pricing import Prices
from reminders.quiet_hours import NEVER_S
from reminders.quota import best
from reminders.settings import DecisionSettings
from reminders.suppression import REASONS, SENDABLE, Suppression, count_reasons, mark
from reminders.timing import Minutes
from reminders.trials import Trials, prior_bar, trials_of

__all__ = ["Choice", "Selector", "Terms"]

_WORTH_ALONE = (
    Suppression.NO_TIE,
    Suppression.BELOW_PRICE,
    Suppression.QUOTA,
    Suppression.QUIET_HOURS,
)
_NO_RULE = np.array([reason in _WORTH_ALONE for reason in REASONS] + [True])
"""bool by code, SENDABLE (-1) last: whether no rule forbids the reminder as such."""
_NOBODY = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Terms:
    """On what terms users are chosen now.

    Attributes
    ----------
    earliest_s
        The first second that a reminder may be planned for.
    step_s
        How long after its moment a reminder may go out: until the next call.
    prices
        What a reminder must be worth more than.
    invites_left
        How many more invitations may be planned; None: any number.
    invites
        int64[n]: how often each user was invited to the stream before.
    reminded
        bool[n]: who must not be reminded to attend on this rung again.
    nearer
        The rungs nearer to the start that an invitation may wait for.
    opens
        Whether the window opens now, and all users of the partition are looked at.
    """

    earliest_s: int
    step_s: int
    prices: Prices
    invites_left: int | None
    invites: Ints
    reminded: Bools
    nearer: tuple[Nearer, ...] = ()
    opens: bool = False


class Choice(NamedTuple):
    """The rows to plan, how many users were left out and why, and how many might be reminded.

    `eligible`: by cohort, those for whom no rule forbids the reminder, whatever it is worth.
    `rivals`: float64[m], under a quota, the values of all who might be invited; else none.
    `controls`: int64[c], slots of whom to note when a window opens (`reminders.controls`).
    """

    rows: Planned
    left_out: Counter[str]
    eligible: tuple[int, ...]
    rivals: Floats
    controls: Ints


@dataclass(frozen=True)
class _Asked:
    """Users of whom an announcement is asked whether it is planned for them.

    `codes`: int64[n], what holds each of them back so far, or SENDABLE.
    """

    state: UserState
    plan: Plan
    about: Announcement
    terms: Terms
    users: Standing
    codes: Ints

    @property
    def sendable(self) -> Ints:
        """The places of those whom nothing holds back, int64[m]."""
        return np.flatnonzero(self.codes == SENDABLE)


class Selector:
    """Chooses users for announcements, each with a moment of their own."""

    def __init__(self, settings: DecisionSettings, moments: Moments) -> None:
        self._settings = settings
        self._moments = moments

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
        asked = _Asked(state, plan, about, terms, users, codes)
        worth, trial = self._price(asked)
        minutes = self._minutes(asked)
        self._wait(asked, worth, trial, minutes)
        rivals = self._keep_to_quota(asked, worth.value)
        rows = _planned(users.user_h, minutes, trial, asked.sendable)
        left_out = Counter(count_reasons(codes))
        noted = controls_of(about, users, worth, terms.prices.sending) if terms.opens else _NOBODY
        return Choice(rows, left_out, self._eligible(users, codes), rivals, users.slots[noted])

    def _eligible(self, users: Standing, codes: Ints) -> tuple[int, ...]:
        """Count by cohort the users for whom no rule forbids the reminder, whatever it is worth."""
        allowed = _NO_RULE[codes]
        cohorts = self._settings.cohorts
        if len(cohorts.arms) == 1:
            return (int(np.count_nonzero(allowed)),)
        cohort = cohorts.of(self._settings.seed, users.user_h[allowed])
        return tuple(np.bincount(cohort, minlength=len(cohorts.arms)).tolist())

    def _price(self, asked: _Asked) -> tuple[Worth, Trials]:
        """Leave out what is not worth it; return the worth, and what is tried all the same."""
        about, users, codes, terms = asked.about, asked.users, asked.codes, asked.terms
        kept = asked.sendable
        low = np.full(len(codes), -np.inf)
        worth = Worth(low, low.copy(), np.ones(len(codes), np.bool_))
        known = worth_of(asked.state, about, users.slots[kept], terms.invites[kept])
        for column, own in zip(worth, known, strict=True):
            column[kept] = own
        price, values = terms.prices.of(users.reserved), worth.value
        if terms.opens and self._settings.invites_per_user_day is not None:
            known = worth.take(np.flatnonzero((codes == SENDABLE) & ~users.reserved))
            bar = prior_bar(known, terms.prices.sending, self._settings.send_price)
            asked.plan.record.prior_bar = bar
            about = replace(about, prior_bar=bar)
        trial = trials_of(about, users, worth, price)
        mark(codes, ~worth.tied, Suppression.NO_TIE)
        mark(codes, (values <= price) & ~trial.on, Suppression.BELOW_PRICE)
        return worth, trial

    def _minutes(self, asked: _Asked) -> Minutes:
        """Give each a moment; leave out those whose window has none."""
        terms, kept = asked.terms, asked.sendable
        minutes, chosen = Minutes.none(len(asked.codes)), asked.users.take(kept)
        moments = self._moments.of(
            asked.state, asked.plan, asked.about, chosen, terms.earliest_s, terms.step_s
        )
        minutes.put(kept, moments)
        mark(asked.codes, minutes.due_s == NEVER_S, Suppression.QUIET_HOURS)
        return minutes

    def _wait(self, asked: _Asked, worth: Worth, trial: Trials, minutes: Minutes) -> None:
        """Leave out invitations that a nearer rung serves better, but for the random minutes."""
        state, plan, about, terms = asked.state, asked.plan, asked.about, asked.terms
        users, codes = asked.users, asked.codes
        rows = np.flatnonzero((codes == SENDABLE) & users.personal & ~users.reserved)
        if not terms.nearer or not len(rows):
            return
        tried = trial.on[rows]
        value = _decisive(worth.take(rows), tried)
        waiting, invites = users.take(rows), terms.invites[rows]
        best_later = np.zeros(len(rows))
        for near in terms.nearer:
            window = near.window
            part = self._moments.personal(state, plan, about, waiting, window, terms.step_s)
            then = replace(about, rung=near.rung, kept=near.brings, now_ms=window.first_s * 1_000)
            later = _decisive(worth_of(state, then, waiting.slots, invites), tried)
            best_later = np.maximum(best_later, later * near.keeps * part.appeal)
        scale = np.maximum(value * minutes.appeal[rows], 1e-12)
        promise = np.maximum(best_later, 0.0) / scale
        # What is planned below the price is planned for a price that has fallen.
        price = np.minimum(terms.prices.sending, value)
        waits = np.zeros(len(codes), np.bool_)
        waits[rows] = better_later(value, price, promise)
        minutes.propensity[waits] = minutes.by_chance[waits]
        mark(codes, waits & ~minutes.explore, Suppression.LATER_RUNG)

    def _keep_to_quota(self, asked: _Asked, values: Floats) -> Floats:
        """Leave out the invitations beyond the quota; the holdout has no part in it.

        Returns the values of those among whom the quota chooses, float64[m].
        """
        left, users, codes = asked.terms.invites_left, asked.users, asked.codes
        if left is None:
            return np.zeros(0)
        invites = (codes == SENDABLE) & ~users.reserved
        held = held_out(self._settings, asked.about.stream.stream_h, users.user_h, users.reserved)
        chosen = best(values, users.user_h, invites & ~held, left)
        least = values[chosen].min(initial=np.inf)
        mark(codes, invites & ~chosen & ~(held & (values >= least)), Suppression.QUOTA)
        return np.asarray(values[invites & ~held])


def _decisive(worth: Worth, tried: Bools) -> Floats:
    """Return the values that decide, float64[n]: on trial the larger of model's and prior's."""
    return np.where(tried, np.maximum(worth.value, worth.prior_value), worth.value)


def _planned(user_h: U64Array, minutes: Minutes, trial: Trials, kept: Ints) -> Planned:
    rows = np.zeros(len(kept), PLANNED)
    rows["user_h"] = user_h[kept]
    rows["due_s"] = minutes.due_s[kept]
    rows["propensity"] = minutes.propensity[kept]
    bits = RANDOM_MINUTE * minutes.explore[kept] + ON_TRIAL * trial.on[kept]
    rows["explore"] = bits + (trial.level[kept] << LEVEL_SHIFT)
    return rows
