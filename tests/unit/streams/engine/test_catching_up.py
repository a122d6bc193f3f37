"""When a partition has heard enough to decide, on the wall clock."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from streams.engine.catching_up import SILENCE_S, CatchingUp
from streams.engine.signal import Signal
from streams.engine.topic_names import TopicNames
from streams.testing import MovableClock

TOPICS = TopicNames.with_prefix("t.")


class Wire:
    """Logs of ten records each, and how far they have been heard; listener and arrivals at once."""

    def __init__(self) -> None:
        self.heard = Signal()
        self.feed = SimpleNamespace(next=0)
        self.taken: dict[str, int] = {}
        self.asked = 0
        self.committed_heads = self
        self.topics = TOPICS

    async def of(self, places: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """Every log ends at ten."""
        self.asked += 1
        return dict.fromkeys(places, 10)

    async def reach(self, topic: str, end: int, _stall_s: float) -> None:
        """Wait until a topic has been taken over up to `end`."""
        await self.heard.until(lambda: self.taken.get(topic, 0) >= end)

    async def hear(self, **heard: int) -> None:
        """Take over up to these offsets, by short topic name."""
        for name, offset in heard.items():
            if name == "streams":
                self.feed.next = offset
            else:
                self.taken[getattr(TOPICS, name)] = offset
        for _ in range(5):
            self.heard.notify()
            await asyncio.sleep(0)


def catching_up(wire: Any) -> CatchingUp:
    """Of partition 3."""
    return CatchingUp(3, wire, wire, wire)


def test_nothing_is_decided_before_all_is_heard(monotonic: MovableClock) -> None:
    """Neither before the board nor before one of the inputs has come to where it ended."""

    async def scene() -> None:
        wire = Wire()
        hearing = catching_up(wire)
        for topic in ("streams", "profiles", "interactions", "feedback"):
            assert not hearing.done()
            await wire.hear(**{topic: 10})
        assert (hearing.going_on, hearing.done(), wire.asked) == (False, True, 1)

    asyncio.run(scene())


def test_only_a_silence_makes_it_ask_again(monotonic: MovableClock) -> None:
    """Who decides every second knows enough; who was suspended does not."""

    async def scene() -> None:
        wire = Wire()
        hearing = catching_up(wire)
        hearing.done()
        await wire.hear(streams=10, profiles=10, interactions=10, feedback=10)
        for _ in range(10):
            assert hearing.done()
            monotonic.advance(1_000)
        monotonic.advance(int(SILENCE_S * 1_000))
        assert not hearing.done()
        await wire.hear()
        assert hearing.done()
        assert wire.asked == 2

    asyncio.run(scene())


def test_who_gives_up_waits_no_longer(monotonic: MovableClock) -> None:
    """A partition that is given up leaves no task behind."""

    async def scene() -> int:
        hearing = catching_up(Wire())
        hearing.done()
        hearing.stop()
        await asyncio.sleep(0)
        assert not hearing.going_on
        return len(asyncio.all_tasks())

    assert asyncio.run(scene()) == 1
