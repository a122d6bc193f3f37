"""Many reminders at once are written in a thread of their own, exactly once all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiokafka.errors import ProducerFenced
from enginerig.deployment import Deployment, wait_for

from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.composition import compose
from streams.engine.commits import BULK, Commits
from streams.engine.decided import Decided
from streams.engine.memory import PartitionMemory
from streams.engine.shared import Shared

NUMBER = 1
MANY = BULK


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Topics with two user partitions, and no worker."""
    with Deployment(kafka, topic_prefix) as made:
        yield made


class Owner:
    """What one worker writes of one partition."""

    def __init__(self, shared: Shared) -> None:
        self.commits = Commits(NUMBER, shared)
        self._memory = PartitionMemory(NUMBER, shared)
        self._offsets = dict.fromkeys(shared.topics.user_inputs, 0)
        self.told_in: list[str] = []

    async def say(self, name: bytes, count: int, now_ms: int) -> None:
        """Commit so many reminders that begin with `name`."""
        values = [name + bytes(1_000)] * count
        reminders = HeadedRecords(RawRecords.of([name] * count, values), [("intent", b"invite")])
        decided = Decided(now_ms, [reminders])
        await self.commits.commit(self._memory, self._offsets, decided, self._told)

    @property
    def reminders_end(self) -> int:
        """The offset after the last reminder, as the watermark tells it."""
        return self._memory.meta.reminders_end_offset

    def _told(self) -> None:
        self.told_in.append(threading.current_thread().name)


def _names(deployment: Deployment) -> list[bytes]:
    return [row.key for row in deployment.records(deployment.topics.reminders)]


def test_few_and_many_follow_each_other(deployment: Deployment) -> None:
    """Whoever writes them, offsets and watermarks go on, and the loop is told."""
    shared = compose(deployment.settings)

    async def run() -> Owner:
        owner = Owner(shared)
        await owner.commits.start()
        try:
            for now_ms, (name, count) in enumerate([(b"a", 3), (b"b", MANY), (b"c", 2)], 1):
                await owner.say(name, count, now_ms)
        finally:
            await owner.commits.stop()
        return owner

    owner = asyncio.run(run())
    expected = [b"a"] * 3 + [b"b"] * MANY + [b"c"] * 2
    wait_for(lambda: _names(deployment) == expected, "reminders")
    # A marker follows each transaction.
    assert owner.reminders_end == len(expected) + 2
    assert set(owner.told_in) == {threading.main_thread().name}
    shared.writing.stop()


@pytest.mark.parametrize("count", [2, MANY], ids=["few", "many"])
def test_an_older_owner_can_write_neither_few_nor_many(deployment: Deployment, count: int) -> None:
    """Though it never wrote by that producer before: the new owner starts both at once."""
    shared = compose(deployment.settings)

    async def run() -> None:
        zombie, owner = Owner(shared), Owner(shared)
        await zombie.commits.start()
        await owner.commits.start()
        try:
            with pytest.raises(ProducerFenced):
                await zombie.say(b"late", count, 1)
            await owner.say(b"kept", count, 1)
        finally:
            await zombie.commits.stop()
            await owner.commits.stop()

    asyncio.run(run())
    wait_for(lambda: _names(deployment) == [b"kept"] * count, "reminders")
    shared.writing.stop()
