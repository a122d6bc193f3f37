"""The `feedback` record: what became of a reminder on the user's device."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from features.contracts.fields import Id, Timestamp

__all__ = ["FEEDBACK_CODE", "FEEDBACK_TYPES", "WITHOUT_REMINDER", "Feedback", "FeedbackType"]

FeedbackType = Literal["delivered", "opened", "dismissed", "muted", "unmuted"]

FEEDBACK_TYPES: tuple[str, ...] = get_args(FeedbackType)
FEEDBACK_CODE: dict[str, int] = {name: code for code, name in enumerate(FEEDBACK_TYPES)}
WITHOUT_REMINDER = ("muted", "unmuted")


class Feedback(Struct, gc=False, kw_only=True, omit_defaults=True):
    """One report of a push channel; record key: `user_id`."""

    event_id: Annotated[Id, Meta(description="Unique per user.")]
    type: Annotated[
        FeedbackType,
        Meta(
            description="`muted`: the user switched pushes off; `unmuted`: on again. A channel "
            "that never reports `delivered` counts as delivering all it was sent."
        ),
    ]
    user_id: Annotated[Id, Meta(description="Equals the record key.")]
    ts: Annotated[
        Timestamp, Meta(description="When it happened, epoch milliseconds in UTC; any age.")
    ]
    reminder_id: (
        Annotated[Id, Meta(description="Required, except for `muted` and `unmuted`.")] | None
    ) = None
