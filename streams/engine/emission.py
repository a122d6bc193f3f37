"""Decisions as records: rendered reminders, and examples for the trainer."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from online_models.example import Example
from streams.engine.transaction import Record

__all__ = ["example_records"]


def example_records(examples: Iterable[Example]) -> list[Record]:
    """Records of the internal topic `examples`."""
    return [Record(one.user_id.encode(), msgspec.json.encode(one)) for one in examples]


def emit(decision, state):
    return []
