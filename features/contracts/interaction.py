"""The `interactions` record: one thing that one user did."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from features.contracts.fields import Count, Id, LongText, Money, Text, Timestamp

__all__ = [
    "INTERACTION_TYPES",
    "NEEDS_HOST",
    "NEEDS_QUERY",
    "NEEDS_STREAM",
    "TYPE_CODE",
    "Interaction",
    "InteractionType",
]

InteractionType = Literal[
    "app_open",
    "enter",
    "leave",
    "watch",
    "like",
    "comment",
    "share",
    "gift",
    "follow",
    "unfollow",
    "search",
    "product_view",
    "cart_add",
    "purchase",
    "reserve",
    "reserve_cancel",
]

INTERACTION_TYPES: tuple[str, ...] = get_args(InteractionType)
TYPE_CODE: dict[str, int] = {name: code for code, name in enumerate(INTERACTION_TYPES)}
NEEDS_STREAM = ("reserve", "enter", "watch", "leave")
NEEDS_HOST = ("follow", "unfollow")
NEEDS_QUERY = ("search",)


class Interaction(Struct, gc=False, kw_only=True, omit_defaults=True):
    """One interaction of one user; record key: `user_id`."""

    event_id: Annotated[
        Id,
        Meta(
            description="Unique per user; a repeat with a `ts` within the deduplication window "
            "(10 min) of the first is the same event and counts once."
        ),
    ]
    type: Annotated[InteractionType, Meta(description="What the user did.")]
    user_id: Annotated[Id, Meta(description="Equals the record key.")]
    ts: Annotated[
        Timestamp,
        Meta(
            description="When it happened, epoch milliseconds in UTC; any age is accepted, more "
            "than 5 min ahead of the clock is not."
        ),
    ]
    stream_id: (
        Annotated[Id, Meta(description="Needed by `reserve`, `enter`, `watch`, `leave`.")] | None
    ) = None
    host_id: Annotated[Id, Meta(description="Needed by `follow`, `unfollow`.")] | None = None
    category: Annotated[Text, Meta(description="What it was about.")] | None = None
    product_id: Annotated[Id, Meta(description="What it was about.")] | None = None
    query: Annotated[LongText, Meta(description="Needed by `search`.")] | None = None
    dwell_ms: (
        Annotated[
            Count,
            Meta(description="For `watch` and `leave`: time watched since the last report."),
        ]
        | None
    ) = None
    amount: (
        Annotated[
            Money,
            Meta(description="For `gift` and `purchase`, in the stream's currency."),
        ]
        | None
    ) = None
    reminder_id: (
        Annotated[Id, Meta(description="The reminder that led here, when known.")] | None
    ) = None
