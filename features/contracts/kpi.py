"""The `kpis` record: the funnel of reminders over a span of time, and what it says."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from features.contracts.fields import Count, Money, Timestamp

__all__ = ["Diagnosis", "Interval", "Kpi", "KpiScope", "Rates"]

KpiScope = Literal["global", "stream", "host", "rung", "strategy", "experiment_arm"]


class Interval(Struct, frozen=True, kw_only=True):
    """An estimate and its confidence interval."""

    value: float
    low: float
    high: float


class Rates(Struct, kw_only=True):
    """The funnel's rates with 95 % intervals: shares of the delivered, but for the reservers'."""

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
    """The funnel of one scope; record key: `global`, else scope and id, as `stream:s-99`.

    What users do after a reminder is credited to the last one sent before it, once for each user
    and stream, until the stream closes. A null value forgets a stream that closed 7 days ago, and
    a host whose last stream it was.
    """

    scope: KpiScope
    id: Annotated[str, Meta(description="Which stream, host, rung, …; `all` for `global`.")]
    from_ts: Timestamp
    to_ts: Timestamp
    eligible: Annotated[Count, Meta(description="Whom no rule forbade it as the window opened.")]
    sent: Count
    delivered: Annotated[
        Count, Meta(description="All that were sent, for a channel that never reports it.")
    ]
    opened: Count
    reserved: Annotated[Count, Meta(description="Users who reserved after an invitation.")]
    reservers_attended: Annotated[Count, Meta(description="Those of `reserved` who attended.")]
    attended: Count
    purchased: Count
    muted: Annotated[Count, Meta(description="Followed by a mute within 24 h.")]
    revenue: Annotated[Money, Meta(description="Of all purchases of the stream.")]
    rates: Rates
    lift: Annotated[
        dict[str, Interval] | None,
        Meta(description="By rate, against the holdout; null while there is none to compare."),
    ]
    diagnosis: list[Diagnosis]
    offered_entropy: (
        Annotated[
            float,
            Meta(
                description="Bits, mean over the sent: how varied the categories of the user's "
                "last 8 reminders were, this one included."
            ),
        ]
        | UnsetType
    ) = UNSET
