"""The `clock` record: what time it is in a simulation."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from features.contracts.fields import Timestamp

__all__ = ["ClockTick"]


class ClockTick(Struct, frozen=True, gc=False):
    """A barrier: everything up to `ts` is applied, then what is due is emitted."""

    ts: Annotated[
        Timestamp,
        Meta(description="Epoch milliseconds in UTC; not later than the one before = ignored."),
    ]
