"""From due rows to what is sent now: worth, competition, quotas, and what waits or is dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from features.contracts import Intent
from features.hashing import U64Array
from features.state import UserState
from online_models.arrays import Bools, Floats, Ints
from reminders.appraisal import Announcement, appraise
from reminders.caps import CAP_CODES, InviteCaps
from reminders.competition import compete
from reminders.decision import DueGroup
from reminders.demand import of_each_user
from reminders.due_rows import DueRows
from reminders.plan import Plan
from reminders.plan_run import LEVEL_SHIFT, ON_TRIAL, RANDOM_MINUTE
from reminders.pricing import Prices
from reminders.rivals import Rivals
from reminders.settings import DecisionSettings
from reminders.suppression import SENDABLE, Suppression, code_of, mark
from reminders.tick import Tick
from reminders.time_order import by_time
from reminders.trials import PRIORS, chance_of, trials_of
from reminders.weighed import Weighed, contenders_of

__all__ = ["Dispatch", "Outcome"]

RETRY_S = 1_800
"""After so long what the credit did not cover is looked at again."""


@dataclass(frozen=True)
class Outcome:
    """What becomes of the due rows of one plan.

    `sent`: groups to send; `held_out`: groups that would have been sent to the holdout.
    """

    due: DueRows
    sent: list[DueGroup]
    held_out: list[DueGroup]


@dataclass(frozen=True)
class Dispatch:
    """What the due rows of all plans of one call are judged by.

    Attributes
    ----------
    settings
        Seed, share of the trials, strategies and what counts for the value.
    announcement
        What due rows are about, as of now.
    prices
        What a reminder must be worth more than.
    credit
        How many invitations may be sent in all; None: any number.
    send_chance
        By intent, the probability of not being in the holdout.
    invites_before
        How often users, by hash, were invited to a plan's stream before.
    invites_left
        How many invitations a plan may still send; None: any number.
    rivals
        What else comes to users, by hash, within the least gap from now, given the streams to
        which they are about to be invited.
    """

    settings: DecisionSettings
    announcement: Callable[[DueRows], Announcement]
    caps: InviteCaps
    prices: Prices
    credit: int | None
    send_chance: Mapping[Intent, float]
    tick: Tick
    invites_before: Callable[[Plan, U64Array], Ints]
    invites_left: Callable[[DueRows], int | None]
    rivals: Callable[[U64Array, set[int]], Rivals]

    def decide(self, state: UserState, due: list[DueRows]) -> tuple[list[Outcome], Floats]:
        """Return what is sent, with codes and later times noted in the due rows, and the demand.

        That is the value of each invitation, float64[n], that would go but for price and credit,
        of each user the best. Send times of invitations are put into the user rows.
        """
        if not due:
            return [], np.zeros(0)
        weighed = [self._weigh(state, one) for one in due]
        self._yield(weighed)
        demand = np.zeros(0) if self.credit is None else self._demand(state, weighed)
        self._compete(state, weighed)
        return [self._outcome(state, one) for one in weighed], demand

    def _weigh(self, state: UserState, due: DueRows) -> Weighed:
        places = due.sendable
        places = places[by_time(due.send_s[places])]
        users = due.users.take(places)
        about = self.announcement(due)
        invites = self.invites_before(due.plan, users.user_h)
        appraisal = appraise(state, about, users.slots, invites)
        worth, price = appraisal.worth, self.prices.of(users.reserved)
        trial = trials_of(about, users, worth, price)
        untied, cheap = np.zeros(len(due), np.bool_), np.zeros(len(due), np.bool_)
        untied[places] = ~worth.tied
        mark(due.codes, untied, Suppression.NO_TIE)
        cheap[places] = (worth.value <= price) & worth.tied & ~trial.on
        mark(due.codes, cheap, Suppression.BELOW_PRICE)
        return Weighed(due, places, about, appraisal, trial)

    def _yield(self, weighed: list[Weighed]) -> None:
        """Let invitations give way to better ones that are due too soon after them."""
        parts = [one.rows((one.due.codes == SENDABLE) & ~one.due.users.reserved) for one in weighed]
        hashes = [
            one.due.users.user_h[one.places[part]] for one, part in zip(weighed, parts, strict=True)
        ]
        streams = {
            one.due.plan.stream_h for one, part in zip(weighed, parts, strict=True) if len(part)
        }
        if not self.caps.gap_s or not streams:
            return
        users = hashes[0] if len(hashes) == 1 else np.unique(np.concatenate(hashes))
        rivals = self.rivals(users, streams)
        for one, part, user_h in zip(weighed, parts, hashes, strict=True):
            value, due_s = rivals.against(user_h, one.due.plan.stream_h)
            better = value > one.appraisal.scores.value[part]
            places = one.places[part[better]]
            one.due.codes[places] = code_of(Suppression.MIN_GAP)
            one.due.defer(places, due_s[better] + self.caps.gap_s)

    def _demand(self, state: UserState, weighed: list[Weighed]) -> Floats:
        """Return the value of each user's best invitation of now, float64[users], at any price."""
        users, values = [np.zeros(0, np.uint64)], [np.zeros(0)]
        for one in weighed:
            due, places = one.due, one.places
            codes = due.codes[places]
            asked = (codes == SENDABLE) | (codes == code_of(Suppression.BELOW_PRICE))
            rows = np.flatnonzero(asked & ~due.users.reserved[places] & ~due.held_out[places])
            sends = state.users.rows["sends"][due.users.slots[places[rows]]]
            rows = rows[self.caps.check(sends, due.send_s[places[rows]]) == SENDABLE]
            users.append(due.users.user_h[places[rows]])
            values.append(one.appraisal.scores.value[rows])
        value = np.concatenate(values)
        return value[of_each_user(np.concatenate(users), value)]

    def _compete(self, state: UserState, weighed: list[Weighed]) -> None:
        parts = [
            one.rows((one.due.codes == SENDABLE) & ~one.due.users.reserved & ~one.due.held_out)
            for one in weighed
        ]
        sends = state.users.rows["sends"]
        entries = contenders_of(weighed, parts, self.settings.variety)
        left = [self.invites_left(one.due) for one in weighed]
        codes = compete(entries, sends, self.caps, left, self.credit)
        ends = np.cumsum([len(part) for part in parts])
        for one, part, own in zip(weighed, parts, np.split(codes, ends[:-1]), strict=True):
            one.due.codes[one.places[part]] = own
            self._defer_capped(one, one.places[part], own, state)
            short = one.places[part[own == code_of(Suppression.BELOW_PRICE)]]
            one.due.defer(short, np.full(len(short), self.tick.now_s + RETRY_S))
            self._cap_held_out(one, state)

    def _defer_capped(self, one: Weighed, places: Ints, codes: Ints, state: UserState) -> None:
        capped = places[np.isin(codes, sorted(CAP_CODES))]
        sends = state.users.rows["sends"][one.due.users.slots[capped]]
        from_s = self.caps.next_allowed(sends, np.full(len(capped), self.tick.now_s + 1))
        free = from_s >= 0
        one.due.defer(capped[free], from_s[free])

    def _cap_held_out(self, one: Weighed, state: UserState) -> None:
        due = one.due
        rows = np.flatnonzero((due.codes == SENDABLE) & ~due.users.reserved & due.held_out)
        sends = state.users.rows["sends"][due.users.slots[rows]]
        due.codes[rows] = self.caps.check(sends, due.send_s[rows])

    def _outcome(self, state: UserState, one: Weighed) -> Outcome:
        due = one.due
        goes = due.codes == SENDABLE
        held = goes & due.held_out
        sent = self._groups(state, one, goes & ~due.held_out)
        unsent = self._groups(state, one, held)
        mark(due.codes, held, Suppression.HOLDOUT)
        return Outcome(due, sent, unsent)

    def _groups(self, state: UserState, one: Weighed, where: Bools) -> list[DueGroup]:
        reserved = one.due.users.reserved
        intents: tuple[tuple[Intent, Bools], ...] = (("attend", reserved), ("invite", ~reserved))
        return [
            self._group(state, one, rows, intent)
            for intent, kind in intents
            if len(rows := one.rows(where & kind))
        ]

    def _group(self, state: UserState, one: Weighed, rows: Ints, intent: Intent) -> DueGroup:
        due, plan = one.due, one.due.plan
        places = one.places[rows]
        slots, scores = due.users.slots[places], one.appraisal.scores
        explore, trial = due.rows["explore"][places].astype(np.int64), one.trial.on[rows]
        # What was planned on trial would not be here without; who reserved would be all the same.
        planned = (explore & ON_TRIAL != 0) & (intent == "invite")
        tried = trial | planned
        level = np.where(planned, explore >> LEVEL_SHIFT, one.trial.level[rows])
        share = np.where(tried, chance_of(level, self.settings.explore), 1.0)
        by_prior = trial & (one.trial.level[rows] == PRIORS)
        return DueGroup(
            announcement=plan.announcement,
            stream=due.stream,
            rung=plan.rung,
            start_ts=plan.record.start_ts,
            intent=intent,
            slots=slots,
            user_h=due.users.user_h[places],
            user_ids=state.users.ids.texts(slots),
            send_ts=due.send_s[places] * 1_000,
            score=scores.score[rows],
            value=np.where(by_prior, scores.prior_value[rows], scores.value[rows]),
            design=one.appraisal.x,
            line=rows,
            priors=scores.priors[rows],
            personal=due.users.personal[places],
            propensity=due.rows["propensity"][places] * self.send_chance[intent] * share,
            explore=tried | (explore & RANDOM_MINUTE != 0),
            cohort=self.settings.cohorts.of(self.settings.seed, due.users.user_h[places]),
            strategy=one.appraisal.strategies[rows],
            near=one.about.near,
            model_version=one.about.snapshot.version,
        )
