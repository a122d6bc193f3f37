"""What makes a partition say something before it would only say how late it is."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from config import Settings
from streams.engine import commits
from streams.engine.commits import Commits
from streams.engine.decided import Decided
from streams.engine.memory import PartitionMemory
from streams.engine.pacing import QUIET_S
from streams.testing import MovableClock


async def _written(*_: Any) -> tuple[Any, int]:
    return SimpleNamespace(offsets={}), 0


def _committed(monkeypatch: pytest.MonkeyPatch) -> tuple[Commits, Any]:
    """Return commits of which the first has just been made, and what they share."""
    monkeypatch.setattr(commits, "write_outbox", _written)
    monkeypatch.setattr(commits, "PartitionProducer", MagicMock())
    shared = MagicMock(settings=Settings())
    shared.feed.next = 7
    shared.feed.refused.take.return_value = None
    memory = MagicMock(spec=PartitionMemory)
    memory.state, memory.meta = MagicMock(), SimpleNamespace(offsets={}, reminders_end_offset=0)
    for name in ("take_changed", "take_kpi_parts", "take_visits", "take_quota_notes"):
        getattr(memory, name).return_value = []
    made = Commits(1, shared)
    assert made.due()
    asyncio.run(made.commit(memory, {}, Decided(1)))
    return made, shared


def test_nothing_heard_nothing_said(
    monkeypatch: pytest.MonkeyPatch, monotonic: MovableClock
) -> None:
    """For half of the time that a watermark may take."""
    made, _ = _committed(monkeypatch)
    monotonic.advance(round(QUIET_S * 1_000) - 10)
    assert not made.due()
    monotonic.advance(10)
    assert made.due()


@pytest.mark.parametrize("news", ["records", "dead letters", "streams"])
def test_what_is_heard_is_said_at_the_usual_pace(
    news: str, monkeypatch: pytest.MonkeyPatch, monotonic: MovableClock
) -> None:
    """Records that were fetched, bad ones, and records of `streams`, which watermarks tell of."""
    made, shared = _committed(monkeypatch)
    if news == "records":
        made.stir()
    elif news == "dead letters":
        made.reject([])
    else:
        shared.feed.next += 1
    monotonic.advance(490)
    assert not made.due()
    monotonic.advance(10)
    assert made.due()
