"""What a funnel shows that somebody should look at, in a few codes with their evidence.

Every code compares the end of a confidence interval with its bound, so chance alone rarely
raises one; the bounds are rules of thumb for pushes, not laws.
"""

from __future__ import annotations

from features.contracts import Diagnosis, Interval, Rates
from reminders.kpi import Funnel
from reminders.kpi_rates import proportion

__all__ = ["diagnose"]

ENOUGH = 100
"""Deliveries below which rates say little."""
LOW_OPEN_RATE = 0.02
HIGH_MUTE_RATE = 0.005
LOW_DELIVERY_RATE = 0.9
LOW_ATTENDANCE_OF_RESERVERS = 0.25


def diagnose(
    funnel: Funnel, delivered: int, rates: Rates, lift: Interval | None, others: Interval | None
) -> list[Diagnosis]:
    """Return what is wrong or cannot be known yet.

    `others`: the open rate of all that is not in this funnel, None where there is no such thing.
    """
    found = []
    if delivered < ENOUGH:
        found.append(
            _say(
                "small_sample",
                "Too few reminders were delivered to judge the rates.",
                delivered=delivered,
                needed=ENOUGH,
            )
        )
    if rates.open.high < LOW_OPEN_RATE:
        found.append(
            _say(
                "low_open_rate",
                "Hardly anybody opens these reminders.",
                open=rates.open.value,
                high=rates.open.high,
                bound=LOW_OPEN_RATE,
            )
        )
    elif others is not None and rates.open.high < others.low:
        found.append(
            _say(
                "open_rate_below_others",
                "These reminders are opened less than all others.",
                open=rates.open.value,
                others=others.value,
            )
        )
    if rates.mute.low > HIGH_MUTE_RATE:
        found.append(
            _say(
                "high_mute_rate",
                "Too many people switch pushes off after these reminders.",
                mute=rates.mute.value,
                low=rates.mute.low,
                bound=HIGH_MUTE_RATE,
            )
        )
    received = proportion(delivered, funnel.sent)
    if received.high < LOW_DELIVERY_RATE:
        found.append(
            _say(
                "low_delivery_rate",
                "Many reminders that were sent are not reported as delivered.",
                delivery=received.value,
                bound=LOW_DELIVERY_RATE,
            )
        )
    if rates.attendance_of_reservers.high < LOW_ATTENDANCE_OF_RESERVERS:
        found.append(
            _say(
                "reservers_stay_away",
                "Few of those who reserved after a reminder attend.",
                attendance=rates.attendance_of_reservers.value,
                bound=LOW_ATTENDANCE_OF_RESERVERS,
            )
        )
    return found + _of_lift(lift)


def _of_lift(lift: Interval | None) -> list[Diagnosis]:
    if lift is None or lift.low > 0:
        return []
    evidence = {"attendance": lift.value, "low": lift.low, "high": lift.high}
    if lift.high < 0:
        return [_say("negative_lift", "Fewer attend with an invitation than without.", **evidence)]
    text = "The holdout does not show yet that invitations bring anybody in."
    return [_say("lift_unproven", text, **evidence)]


def _say(code: str, text: str, **evidence: float) -> Diagnosis:
    numbers = {name: float(value) for name, value in evidence.items()}
    return Diagnosis(code=code, text=text, evidence=numbers)
