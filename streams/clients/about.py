"""Optional fields of an interaction, as keyword arguments."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["About"]


class About(TypedDict, total=False):
    """What an interaction was about; every field is one of `Interaction`."""

    stream_id: str
    host_id: str
    category: str
    product_id: str
    query: str
    dwell_ms: int
    amount: float
    reminder_id: str
