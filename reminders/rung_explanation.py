"""What is told of one user, stream and rung: the verdict, its numbers and its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from features.contracts import Reason
from features.opaque import take_structs
from features.registry import FEATURES
from features.state import UserState
from features.ties import ties_of
from online_models.arrays import Floats, Ints
from online_models.contributions import contributions
from online_models.prior import PriorInputs
from online_models.strategy import STRATEGIES
from reminders.appraisal import Announcement, Appraisal, revalue
from reminders.causes import causes_of, hosts_behind
from reminders.decision import DueGroup
from reminders.due_rows import DueRows
from reminders.reasons import reasons_for
from reminders.remedies import remedies

__all__ = ["RungExplanation", "Verdict", "explanation_of"]

_DEFAULTS = np.array([feature.default for feature in FEATURES])


@dataclass(frozen=True)
class Verdict:
    """What decides: see `RungExplanation` for `held_by`, `planned` and `on_trial`.

    `host_name` knows hosts by `short_hash`.
    """

    held_by: tuple[str, ...]
    planned: bool
    on_trial: bool
    by_prior: bool
    price: float
    invites: Ints
    strategies: Ints
    host_name: Callable[[int], str | None]


@dataclass(frozen=True)
class RungExplanation:
    """What becomes of one user, stream and rung, if nothing changes until then.

    Attributes
    ----------
    first_ts, last_ts
        The window, epoch ms.
    at_ts
        The moment that was looked at: the planned one, else the next possible one, epoch ms.
    planned
        Whether it is planned already.
    held_by
        Codes of all that is against it, what decides first; empty: it would be sent.
    value, price
        Incremental probability of attendance, with what purchases and a reservation are worth,
        less mute risk; and what it must exceed.
    p_reserve, reserve_value
        The probability of reserving the stream for having been sent this, 0 for who has reserved;
        and by how much lower the value would be, were a reservation worth nothing.
    on_trial
        Whether it is tried, by hash, although the model says less than the price; `value` is then
        the prior's, where that says more (`reminders.trials`).
    strategy
        What scores the user for the stream: the value is that of the ties that it sees.
    remedies
        What alone would lift the value over the price (`reminders.remedies`), and the value then.
    contributions
        Log-odds of p(attend | sent) by cause; they sum up to it.
    reasons
        As they would stand in the reminder.
    """

    rung: str
    intent: str
    first_ts: int
    last_ts: int
    at_ts: int
    planned: bool
    held_by: tuple[str, ...]
    p_attend: float
    p_attend_unsent: float
    p_open: float
    p_mute: float
    p_reserve: float
    value: float
    reserve_value: float
    price: float
    on_trial: bool
    invites_before: int
    strategy: str
    remedies: dict[str, float]
    contributions: dict[str, float]
    reasons: tuple[Reason, ...]

    @property
    def would_send(self) -> bool:
        """Whether nothing is against it."""
        return not self.held_by


def explanation_of(
    state: UserState, about: Announcement, due: DueRows, appraisal: Appraisal, verdict: Verdict
) -> RungExplanation:
    """Return what is told of the one user in `due`."""
    users, scores, window = due.users, appraisal.scores, due.plan.window(0)
    inputs = _prior_inputs(state, about, users.slots, verdict.invites)
    value = _number(scores.prior_value if verdict.by_prior else scores.value)
    names, parts = contributions(about.snapshot, appraisal.x, inputs, defaults=_DEFAULTS)
    return RungExplanation(
        rung=about.rung.name,
        intent="attend" if users.reserved[0] else "invite",
        first_ts=window.first_s * 1_000,
        last_ts=window.last_s * 1_000,
        at_ts=int(due.send_s[0]) * 1_000,
        planned=verdict.planned,
        held_by=verdict.held_by,
        p_attend=_number(scores.p_attend),
        p_attend_unsent=_number(scores.p_attend_unsent),
        p_open=_number(scores.p_open),
        p_mute=_number(scores.p_mute),
        p_reserve=_number(_worth(about, 1.0).score(about.snapshot, appraisal.x, inputs).p_reserve),
        value=value,
        reserve_value=value - _value_without(about, appraisal, inputs, verdict),
        price=verdict.price,
        on_trial=verdict.on_trial,
        invites_before=int(verdict.invites[0]),
        contributions=dict(zip(names, parts[0].tolist(), strict=True)),
        reasons=_reasons(state, about, due, appraisal, verdict),
        strategy=STRATEGIES[verdict.strategies[0]],
        remedies=remedies(about, appraisal, users.personal, verdict.invites, verdict.price),
    )


def _worth(about: Announcement, reserve_worth: float) -> Announcement:
    """Return the same, were a reservation worth so much."""
    return replace(about, settings=replace(about.settings, reserve_worth=reserve_worth))


def _value_without(
    about: Announcement, appraisal: Appraisal, inputs: PriorInputs, verdict: Verdict
) -> float:
    """Return what the value would be, were a reservation worth nothing."""
    scores = revalue(_worth(about, 0.0), appraisal.x, inputs, verdict.strategies).scores
    return _number(scores.prior_value if verdict.by_prior else scores.value)


def _prior_inputs(state: UserState, about: Announcement, slots: Ints, invites: Ints) -> PriorInputs:
    rows = take_structs(state.users.rows, slots)
    ties = ties_of(state, rows, slots, about.context, about.now_ms)
    shared = {field.name for field in fields(PriorInputs)} - {"invites_for_stream"}
    return PriorInputs(
        **{name: getattr(ties, name) for name in sorted(shared)}, invites_for_stream=invites
    )


def _reasons(
    state: UserState, about: Announcement, due: DueRows, appraisal: Appraisal, verdict: Verdict
) -> tuple[Reason, ...]:
    users, scores = due.users, appraisal.scores
    locales = state.users.locale_names(users.slots)
    group = DueGroup(
        announcement=due.plan.announcement,
        stream=about.stream,
        rung=about.rung,
        start_ts=due.plan.record.start_ts,
        intent="attend" if users.reserved[0] else "invite",
        slots=users.slots,
        user_h=users.user_h,
        user_ids=state.users.ids.texts(users.slots),
        send_ts=due.send_s * 1_000,
        score=scores.score,
        value=scores.value,
        design=appraisal.x,
        line=np.arange(len(users)),
        priors=scores.priors,
        personal=users.personal,
        propensity=np.ones(len(users)),
        explore=np.full(len(users), verdict.on_trial),
        cohort=np.zeros(len(users), np.int64),
        strategy=verdict.strategies,
        near=about.near,
        model_version=about.snapshot.version,
    )
    strength, holds = causes_of(group, about.snapshot)
    record, others = about.stream.record, hosts_behind(group, state).map(verdict.host_name)
    (told,) = reasons_for(strength, holds, users.personal, locales, record, others)
    return told.reasons


def _number(values: Floats) -> float:
    return float(values[0])
