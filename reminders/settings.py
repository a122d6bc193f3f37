"""What the decision is told by the operator, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from reminders.cohorts import Cohorts
from reminders.ladder import DEFAULT_RUNGS, Rung

__all__ = ["DecisionSettings"]

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """Guardrails, ladder, price and randomisation of one worker.

    Attributes
    ----------
    max_invites_24h, max_invites_7d
        Most invitations of a user in any rolling 24 h and 7 d.
    min_gap_ms
        Least time between two invitations of a user.
    quiet_hours_bind_attend
        Whether quiet hours hold back `attend` on rung `15m` too.
    send_price
        Incremental probability of attendance that a reminder must exceed.
    purchase_worth
        How many attendances the purchase of somebody who comes is worth.
    reserve_worth
        How many attendances a reservation by an invitation is worth, beyond the visit itself.
    variety
        What an invitation's value is multiplied by in competition with others, for each of the
        user's last 8 reminders that was of the same category.
    invites_per_user_day
        Target for the mean number of invitations per known user and day; None: no target.
    holdout_invite, holdout_attend
        Share of (user, stream) that is never sent that kind of reminder, by hash.
    explore
        Share of (user, stream) whose minute is drawn at random from the allowed ones of one rung;
        share that the prior may decide although the model says no (`reminders.trials`).
    cohorts
        What scores a person for a stream, and for whom an experiment changes that.
    close_after_ms
        How long after its start a stream closes that has no end.
    simulated_time
        True when time comes in ticks: a send time is then where it was planned in
        (previous tick, this tick]; else it is the second of the call.
    examples_per_plan
        About how many labelled examples one (stream, rung, start) may give in one partition.
    """

    max_invites_24h: int = 3
    max_invites_7d: int = 10
    min_gap_ms: int = 2 * _HOUR_MS
    quiet_hours_bind_attend: bool = False
    rungs: tuple[Rung, ...] = DEFAULT_RUNGS
    send_price: float = 0.01
    purchase_worth: float = 5.0
    reserve_worth: float = 0.0
    variety: float = 0.85
    invites_per_user_day: float | None = None
    holdout_invite: float = 0.02
    holdout_attend: float = 0.0
    explore: float = 0.02
    cohorts: Cohorts = field(default_factory=Cohorts)
    seed: int = 0
    close_after_ms: int = 6 * _HOUR_MS
    simulated_time: bool = False
    examples_per_plan: int = 4_000
