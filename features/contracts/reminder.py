"""The `reminders` record: one push, ready to show."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from features.contracts.fields import Id, Probability, Timestamp

__all__ = ["Action", "Experiment", "Intent", "Media", "Policy", "Reason", "Reminder"]

Intent = Literal["invite", "attend"]
Policy = Literal["exploit", "explore"]


class Media(Struct, frozen=True, kw_only=True):
    """The chosen cover."""

    url: str
    kind: Literal["image", "video"]


class Action(Struct, frozen=True, kw_only=True):
    """A button; `reserve` only on an `invite`."""

    type: Literal["reserve", "open"]
    label: str
    url: str


class Reason(Struct, frozen=True, kw_only=True):
    """Why this user gets this reminder, in their locale."""

    code: str
    text: str
    weight: float


class Experiment(Struct, frozen=True, kw_only=True):
    """The experiment and arm that decided."""

    id: str
    arm: str


class Reminder(Struct, kw_only=True):
    """One reminder to one user; record key: `user_id`; read with `read_committed`."""

    reminder_id: Annotated[
        Id, Meta(description="The same (user, stream, rung, start_ts) always has the same id.")
    ]
    user_id: Id
    stream_id: Id
    host_id: Id
    rung: Annotated[str, Meta(description="By default `24h`, `2h`, `15m`; a setting.")]
    intent: Annotated[Intent, Meta(description="`attend` when the user has reserved this stream.")]
    channel: Annotated[str, Meta(description="`push`.")]
    send_ts: Annotated[Timestamp, Meta(description="Planned send time.")]
    start_ts: Annotated[Timestamp, Meta(description="Stream start.")]
    expires_ts: Annotated[Timestamp, Meta(description="Not to be shown after; equals `start_ts`.")]
    title: Annotated[str, Meta(description="Rendered.", max_length=120)]
    body: Annotated[str, Meta(description="Rendered.", max_length=400)]
    locale: str
    copy_id: Annotated[str | None, Meta(description="The chosen variant.")]
    cover_id: Annotated[str | None, Meta(description="The chosen variant.")]
    media: Media | None
    deeplink: str
    actions: list[Action]
    score: Annotated[
        Probability,
        Meta(description="Calibrated probability that this reminder brings the user in."),
    ]
    reasons: Annotated[
        list[Reason], Meta(min_length=1, description="Most important first; at least one.")
    ]
    experiment: Experiment | None
    policy: Policy
    propensity: Annotated[
        float,
        Meta(
            gt=0,
            le=1,
            description="Probability with which this policy sent this reminder.",
        ),
    ]
    model_version: int
