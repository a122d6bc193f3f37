"""What several tests of the engine are given."""

from __future__ import annotations

import time

import pytest

from streams.testing import MovableClock


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    """The monotonic clock in ms, moved by hand."""
    clock = MovableClock(5_000)
    monkeypatch.setattr(time, "monotonic", lambda: clock() / 1000)
    return clock
