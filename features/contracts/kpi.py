"""The `kpis` record: the funnel of reminders over a span of time, and what it says."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from features.contracts.fields import Count, Money, Timestamp

__all__ = ["Diagnosis", "Interval", "Kpi", "KpiScope", "Rates"]

KpiScope = Literal["global", "stream", "host", "rung", "strategy", "experiment_arm"]


class Interval(Struct, frozen=True, kw_only=True):
    """An estimate and its confidence interval."""

    value: float
    low: float
    high: float


class Rates(Struct, kw_only=True):
    """The funnel's rates."""

    open: Interval
    reservation: Interval
    attendance_of_reservers: Interval
    conversion: Interval
    mute: Interval


class Diagnosis(Struct, frozen=True, kw_only=True):
    """Something that the numbers show, in words."""

    code: str
    text: str
    evidence: dict[str, float]


class Kpi(Struct, kw_only=True):
    """The funnel of one scope; record key: the scope."""

    scope: KpiScope
    id: Annotated[str, Meta(description="Which stream, host, rung, …; `all` for `global`.")]
    from_ts: Timestamp
    to_ts: Timestamp
    eligible: Count
    sent: Count
    delivered: Count
    opened: Count
    reserved: Count
    reservers_attended: Count
    attended: Count
    purchased: Count
    muted: Count
    revenue: Money
    rates: Rates
    lift: Annotated[
        dict[str, Interval] | None,
        Meta(description="By rate, against the holdout; null while there is none to compare."),
    ]
    diagnosis: list[Diagnosis]
