"""The `watermarks` record: how far one user partition has come."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from features.contracts.fields import Count, Timestamp

__all__ = ["Watermark"]


class Watermark(Struct, kw_only=True):
    """Progress of one user partition; record key: the partition as decimal text.

    Written in the same transaction as the reminders up to `clock_ts`.
    """

    partition: Count
    clock_ts: Annotated[Timestamp, Meta(description="Everything due up to here is written.")]
    offsets: Annotated[
        dict[str, Count],
        Meta(
            description="Next offset by full topic name: the three user inputs of the partition, "
            "and `streams`."
        ),
    ]
    reminders_end_offset: Annotated[
        Count,
        Meta(description="The last reminder's offset + 1 in that partition, 0 before the first."),
    ]
