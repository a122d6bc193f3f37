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
    return [
        *_of_size(delivered),
        *_of_openings(rates.open, others),
        *_of_mutes(rates.mute),
        *_of_delivery(proportion(delivered, funnel.sent)),
        *_of_reservers(rates.attendance_of_reservers),
        *_of_lift(lift),
    ]


def _of_size(delivered: int) -> list[Diagnosis]:
    if delivered >= ENOUGH:
        return []
    text = "Too few reminders were delivered to judge the rates."
    return [_say("small_sample", text, delivered=delivered, needed=ENOUGH)]


def _of_openings(rate: Interval, others: Interval | None) -> list[Diagnosis]:
    if rate.high < LOW_OPEN_RATE:
        evidence = {"open": rate.value, "high": rate.high, "bound": LOW_OPEN_RATE}
        return [_say("low_open_rate", "Hardly anybody opens these reminders.", **evidence)]
    if others is not None and rate.high < others.low:
        text = "These reminders are opened less than all others."
        return [_say("open_rate_below_others", text, open=rate.value, others=others.value)]
    return []


def _of_mutes(rate: Interval) -> list[Diagnosis]:
    if rate.low <= HIGH_MUTE_RATE:
        return []
    text = "Too many people switch pushes off after these reminders."
    return [_say("high_mute_rate", text, mute=rate.value, low=rate.low, bound=HIGH_MUTE_RATE)]


def _of_delivery(rate: Interval) -> list[Diagnosis]:
    if rate.high >= LOW_DELIVERY_RATE:
        return []
    text = "Many reminders that were sent are not reported as delivered."
    return [_say("low_delivery_rate", text, delivery=rate.value, bound=LOW_DELIVERY_RATE)]


def _of_reservers(rate: Interval) -> list[Diagnosis]:
    if rate.high >= LOW_ATTENDANCE_OF_RESERVERS:
        return []
    text = "Few of those who reserved after a reminder attend."
    evidence = {"attendance": rate.value, "bound": LOW_ATTENDANCE_OF_RESERVERS}
    return [_say("reservers_stay_away", text, **evidence)]


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
