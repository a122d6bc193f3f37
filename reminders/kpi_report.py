"""The `kpis` record of one scope, from its funnel over all partitions."""

from __future__ import annotations

from msgspec import UNSET

from features.contracts import Interval, Kpi, Rates
from reminders.kpi import Funnel, Scope
from reminders.kpi_diagnosis import diagnose
from reminders.kpi_rates import difference, proportion

__all__ = ["report"]


def report(scope: Scope, funnel: Funnel, everything: Funnel, to_ts: int) -> Kpi:
    """Return the record of `scope` as of `to_ts`, epoch ms.

    Rates are shares of the delivered reminders, but for `attendance_of_reservers`, the share of
    those who reserved. `everything`: the funnel of `global`, which tells whether the channel ever
    reports deliveries; one that never does counts as delivering all it was sent.
    """
    delivered = _delivered(funnel, everything)
    rates = Rates(
        open=proportion(funnel.opened, delivered),
        reservation=proportion(funnel.reserved, delivered),
        attendance_of_reservers=proportion(funnel.reservers_attended, funnel.reserved),
        conversion=proportion(funnel.purchased, delivered),
        mute=proportion(funnel.muted, delivered),
    )
    lift = _lift(funnel)
    return Kpi(
        scope=scope.scope,
        id=scope.id,
        from_ts=funnel.from_ts,
        to_ts=max(to_ts, funnel.from_ts),
        # A user who came after the window opened may be sent what they were not counted for.
        eligible=max(funnel.eligible, funnel.sent),
        sent=funnel.sent,
        delivered=delivered,
        opened=funnel.opened,
        reserved=funnel.reserved,
        reservers_attended=funnel.reservers_attended,
        attended=funnel.attended,
        purchased=funnel.purchased,
        muted=funnel.muted,
        revenue=round(funnel.revenue, 6),
        offered_entropy=round(funnel.entropy / funnel.sent, 6) if funnel.sent else UNSET,
        rates=rates,
        lift=None if lift is None else {"attendance": lift},
        diagnosis=diagnose(funnel, delivered, rates, lift, _others(funnel, everything)),
    )


def _delivered(funnel: Funnel, everything: Funnel) -> int:
    return funnel.delivered if everything.reported else funnel.sent


def _lift(funnel: Funnel) -> Interval | None:
    """Attendance of those invited less that of the holdout, once both exist."""
    if not funnel.treated or not funnel.held:
        return None
    return difference(
        proportion(funnel.treated_attended, funnel.treated),
        proportion(funnel.held_attended, funnel.held),
    )


def _others(funnel: Funnel, everything: Funnel) -> Interval | None:
    """The open rate of what is not in this funnel, None where that is nothing."""
    delivered = _delivered(everything, everything) - _delivered(funnel, everything)
    if delivered <= 0:
        return None
    return proportion(max(everything.opened - funnel.opened, 0), delivered)
