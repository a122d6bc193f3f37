"""The `streams` record: a live stream, from its announcement to its end."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from features.contracts.fields import (
    LIST_MAX,
    Count,
    Id,
    LongText,
    Money,
    StartTimestamp,
    Text,
    Timestamp,
    Url,
)

__all__ = [
    "REQUIRED_WHEN_SCHEDULED",
    "STREAM_STATUSES",
    "Copy",
    "Cover",
    "CoverKind",
    "Product",
    "StreamRecord",
    "StreamStatus",
    "StreamTombstone",
]

StreamStatus = Literal["scheduled", "live", "ended", "cancelled"]
CoverKind = Literal["image", "video"]

STREAM_STATUSES: tuple[str, ...] = get_args(StreamStatus)
REQUIRED_WHEN_SCHEDULED = ("host_id", "title", "start_ts")


class Product(Struct, kw_only=True, omit_defaults=True):
    """Something on sale in the stream."""

    product_id: Id
    name: Text
    price: Annotated[Money, Meta(description="In the stream's currency.")] | None = None


class Cover(Struct, kw_only=True):
    """One picture or clip that a reminder of the stream may show."""

    cover_id: Annotated[Id, Meta(description="The same id in another stream is the same template.")]
    url: Annotated[Url, Meta(description="Absolute.", extra_json_schema={"format": "uri"})]
    kind: CoverKind


class Copy(Struct, kw_only=True):
    """One wording of a reminder of the stream: sandboxed Jinja templates.

    Slots: `nickname`, `host_name`, `stream_title`, `product_name`, `starts_in`. A template that is
    too long makes a copy that is not used, of a stream that is.
    """

    copy_id: Annotated[Id, Meta(description="The same id in another stream is the same template.")]
    locale: Annotated[Text, Meta(description="BCP 47.")]
    title: Annotated[str, Meta(description="Template; at most 120 characters rendered.")]
    body: Annotated[str, Meta(description="Template; at most 400 characters rendered.")]


class StreamRecord(Struct, kw_only=True, omit_defaults=True):
    """One state of one stream; record key: `stream_id`. The last `ts` wins and replaces it whole.

    A record without a value (a tombstone) is `cancelled`, and forgotten.
    """

    stream_id: Annotated[Id, Meta(description="Equals the record key.")]
    ts: Annotated[Timestamp, Meta(description="When it changed, epoch milliseconds in UTC.")]
    status: Annotated[
        StreamStatus,
        Meta(
            description="`cancelled`, `ended` and `live` drop pending reminders; fields that "
            "these leave out stay as they were."
        ),
    ]
    host_id: Annotated[Id, Meta(description="Required when scheduled.")] | None = None
    title: Annotated[Text, Meta(description="Required when scheduled.")] | None = None
    start_ts: (
        Annotated[
            StartTimestamp,
            Meta(
                description="Required when scheduled; epoch milliseconds in UTC, up to the year "
                "9999. A changed one moves every pending reminder; a past one has no reminders."
            ),
        ]
        | None
    ) = None
    end_ts: (
        Annotated[StartTimestamp, Meta(description="After `start_ts` when scheduled.")] | None
    ) = None
    host_name: Text | None = None
    category: Text | None = None
    description: LongText | None = None
    tags: Annotated[list[Text], Meta(max_length=LIST_MAX)] | None = None
    products: Annotated[list[Product], Meta(max_length=LIST_MAX)] | None = None
    covers: Annotated[list[Cover], Meta(max_length=LIST_MAX)] | None = None
    copies: Annotated[list[Copy], Meta(max_length=LIST_MAX)] | None = None
    max_invites: (
        Annotated[
            Count,
            Meta(description="Most invitations per (stream, rung, start_ts), over all partitions."),
        ]
        | None
    ) = None
    strategy: (
        Annotated[
            Text,
            Meta(
                description="What scores people for the stream: `follow`, `cf`, `content` or "
                "`hybrid`; without one, or with a name that is unknown, a setting decides."
            ),
        ]
        | None
    ) = None
    deeplink: (
        Annotated[
            Url,
            Meta(
                description="Where a tap leads: `scheme://…`, an app's own scheme too.",
                extra_json_schema={"format": "uri"},
            ),
        ]
        | None
    ) = None


class StreamTombstone(Struct, frozen=True):
    """A record of `streams` without a value: the stream is cancelled and forgotten.

    It carries no time of its own: `ts` is -1 until the reader puts its clock in.
    """

    stream_id: str
    ts: int = -1
