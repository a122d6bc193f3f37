"""What makes a partition say something before it would only say how late it is."""

from __future__ import annotations

import asyncio

import pytest
from enginerig.desk import Desk
from enginerig.memory_producer import MemoryProducer

from streams.engine import commits
from streams.engine.commits import Commits
from streams.engine.decided import Decided
from streams.engine.pacing import QUIET_S
from streams.engine.shared import Shared
from streams.testing import MovableClock


def _committed(monkeypatch: pytest.MonkeyPatch) -> tuple[Commits, Shared]:
    """Return commits of which the first has just been made, and what they share."""
    monkeypatch.setattr(commits, "PartitionProducer", lambda *_: MemoryProducer())
    desk = Desk(clock="system")
    made = Commits(1, desk.shared)
    assert made.due()
    offsets = dict.fromkeys(desk.shared.topics.user_inputs, 0)
    asyncio.run(made.commit(desk.memory, offsets, Decided(1)))
    return made, desk.shared


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
