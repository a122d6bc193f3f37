"""A model of co-engagement as bytes, and back."""

from __future__ import annotations

import pytest

from online_models.co_engagement import CoEngagement
from online_models.co_engagement_state import from_bytes, to_bytes
from online_models.errors import ModelStateError

HOUR_MS = 3_600_000


def learned(events: int) -> CoEngagement:
    """Three items that the same people engage with, one after another."""
    model = CoEngagement(max_items=16)
    for number in range(events):
        item = number % 3 + 1
        model.learn_one(item, 1.0, number * HOUR_MS, [number % 2 + 4], [1.0], [number])
    return model


@pytest.mark.parametrize("events", [0, 1, 2, 30])
def test_it_continues_bit_for_bit(events: int) -> None:
    """Also before it has learned anything, and while no two items are known to be near."""
    model = learned(events)
    again = from_bytes(to_bytes(model))
    for one in (model, again):
        one.learn_one(2, 1.0, 100 * HOUR_MS, [1, 3], [1.0, 0.5], [98, 99])
    assert to_bytes(again) == to_bytes(model)


def test_what_is_none_is_refused() -> None:
    """With an error that says what it is not."""
    with pytest.raises(ModelStateError, match="no model of co-engagement"):
        from_bytes(b"\x93\x01\x02\x03")
