"""One transaction of a partition on a real broker: whole, fenced, aborted, read back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from aiokafka.errors import ProducerFenced
from enginerig.deployment import Deployment, wait_for

from config.servers import CompressionType
from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.engine.log_range import is_hole, records_between
from streams.engine.outgoing import Record
from streams.engine.state_log import nothing_committed_since, replay_committed
from streams.engine.transaction import PartitionProducer

Work = Callable[[PartitionProducer], Coroutine[Any, Any, None]]


@pytest.fixture
def deployment(kafka: str, topic_prefix: str) -> Iterator[Deployment]:
    """Topics with two user partitions, and no worker."""
    with Deployment(kafka, topic_prefix) as made:
        yield made


def _records(*names: str) -> list[Record]:
    return [Record(name.encode(), name.upper().encode()) for name in names]


def _producer(deployment: Deployment, number: int = 1) -> PartitionProducer:
    return PartitionProducer(deployment.settings.kafka, number, deployment.settings.app_id)


def _run(deployment: Deployment, work: Work) -> None:
    async def started() -> None:
        producer = _producer(deployment)
        await producer.start()
        try:
            await work(producer)
        finally:
            await producer.stop()

    asyncio.run(started())


def _keys(deployment: Deployment, topic: str) -> list[bytes]:
    return [row.key for row in deployment.records(topic)]


async def _replayed(deployment: Deployment) -> tuple[list[bytes | None], int]:
    keys: list[bytes | None] = []

    def take(records: RawRecords) -> None:
        keys.extend(records.keys())

    kafka, state = deployment.settings.kafka, deployment.topics.state
    return keys, await replay_committed(kafka, state, 1, take)


def test_a_transaction_is_seen_whole_or_not_at_all(deployment: Deployment) -> None:
    """State, single topics and offsets appear together at the commit, and not before."""
    topics = deployment.topics

    async def work(producer: PartitionProducer) -> None:
        await producer.begin()
        assert await producer.write(topics.state, 1, _records("a", "b")) == 2
        await producer.write(topics.dead_letters, 0, _records("c"))
        assert await asyncio.to_thread(_keys, deployment, topics.state) == []
        assert await asyncio.to_thread(_keys, deployment, topics.dead_letters) == []
        await producer.commit({(topics.interactions, 1): 17})

    _run(deployment, work)
    # A commit answers before its markers are in every log.
    wait_for(lambda: _keys(deployment, topics.state) == [b"a", b"b"], "state")
    wait_for(lambda: _keys(deployment, topics.dead_letters) == [b"c"], "dead letters")


def test_nothing_of_an_uncommitted_transaction_is_ever_seen(deployment: Deployment) -> None:
    """The next owner aborts what a killed one left open, and its own writes follow."""
    topics = deployment.topics

    async def work(killed: PartitionProducer) -> None:
        await killed.begin()
        await killed.write(topics.state, 1, _records("lost"))
        owner = _producer(deployment)
        await owner.start()
        try:
            assert await _replayed(deployment) == ([], 2)
            await owner.begin()
            await owner.write(topics.state, 1, _records("kept"))
            await owner.commit({})
            # Starting again waits until the transaction before is over, as the next owner does.
            later = _producer(deployment)
            await later.start()
            await later.stop()
            keys, end = await _replayed(deployment)
            assert (keys, end) == ([b"kept"], 4)
            kafka, since = deployment.settings.kafka, nothing_committed_since
            assert not await since(kafka, topics.state, 1, 2)
            assert await since(kafka, topics.state, 1, 3)
        finally:
            await owner.stop()

    _run(deployment, work)
    wait_for(lambda: _keys(deployment, topics.state) == [b"kept"], "state")


@pytest.mark.parametrize("name", ["none", "gzip"])
def test_any_client_reads_what_the_settings_allow_by_default(
    deployment: Deployment, name: CompressionType
) -> None:
    """kafka-python, as it comes: keys, values and headers of columns, compressed or not."""
    columns = RawRecords.of([b"ann", b"bob"] * 400, [b"1", None] * 400)
    headed = HeadedRecords(columns, [("said", (columns.key_at, columns.key_size))])
    kafka = deployment.settings.kafka.model_copy(update={"compression_type": name})

    async def work() -> None:
        producer = PartitionProducer(kafka, 1, deployment.settings.app_id)
        await producer.start()
        await producer.begin()
        assert await producer.write(deployment.topics.reminders, 1, [headed]) == 800
        await producer.commit({})
        await producer.stop()

    asyncio.run(work())
    wait_for(lambda: len(deployment.records(deployment.topics.reminders)) == 800, "reminders")
    rows = deployment.records(deployment.topics.reminders)
    expected = [(b"ann", b"1"), (b"bob", None)] * 400
    assert [(row.key, row.value) for row in rows] == expected
    assert all(row.headers == [("said", row.key)] for row in rows)


@pytest.mark.parametrize("when", ["between transactions", "within a transaction"])
def test_an_older_owner_is_fenced(deployment: Deployment, when: str) -> None:
    """It learns so from `ProducerFenced`, and nothing that it writes is seen."""
    topics = deployment.topics

    async def write_on(zombie: PartitionProducer) -> None:
        if when == "between transactions":
            await zombie.begin()
        await zombie.write(topics.state, 1, _records("late"))
        await zombie.commit({(topics.interactions, 1): 3})

    async def work(zombie: PartitionProducer) -> None:
        if when == "within a transaction":
            await zombie.begin()
            await zombie.write(topics.state, 1, _records("early"))
        owner = _producer(deployment)
        await owner.start()
        try:
            with pytest.raises(ProducerFenced):
                await write_on(zombie)
            await owner.begin()
            await owner.write(topics.state, 1, _records("kept"))
            await owner.commit({})
        finally:
            await owner.stop()

    _run(deployment, work)
    wait_for(lambda: _keys(deployment, topics.state) == [b"kept"], "state")


def test_owners_of_other_partitions_do_not_meet(deployment: Deployment) -> None:
    """The transactional id is the partition's own."""

    async def work(producer: PartitionProducer) -> None:
        other = _producer(deployment, number=0)
        await other.start()
        await producer.begin()
        await producer.write(deployment.topics.state, 1, _records("a"))
        await producer.commit({})
        await other.stop()

    _run(deployment, work)
    wait_for(lambda: _keys(deployment, deployment.topics.state) == [b"a"], "state")


def test_many_and_large_records_take_several_batches(deployment: Deployment) -> None:
    """The end offset is that after the last record; a value of 2 MiB goes through whole."""
    topics = deployment.topics
    many = [Record(b"k%d" % at, bytes(1_000)) for at in range(3_000)]

    async def work(producer: PartitionProducer) -> None:
        await producer.begin()
        assert await producer.write(topics.state, 1, many) == 3_000
        assert await producer.write(topics.state, 1, []) == -1
        assert await producer.write(topics.dead_letters, 0, [Record(b"k", bytes(2 << 20))]) == 1
        await producer.commit({})

    _run(deployment, work)
    wait_for(lambda: _keys(deployment, topics.state) == [record.key for record in many], "state")
    wait_for(lambda: _keys(deployment, topics.dead_letters) == [b"k"], "dead letters")
    assert len(deployment.records(topics.dead_letters)[0].value) == 2 << 20


def test_a_log_says_where_its_holes_are(deployment: Deployment) -> None:
    """Markers are holes, records are none, aborted ones only for who reads committed ones."""
    topics, kafka = deployment.topics, deployment.settings.kafka
    place = (topics.state, 1)

    async def work(producer: PartitionProducer) -> None:
        for name in ("a", "b"):
            await producer.begin()
            await producer.write(topics.state, 1, _records(name))
            await producer.commit({})
        holes = [await is_hole(kafka, place, *span) for span in ((1, 2), (0, 1), (1, 3), (3, 4))]
        assert holes == [True, False, False, True]
        found = [row.key async for row in records_between(kafka, place, 1, 4, committed_only=True)]
        assert found == [b"b"]

    _run(deployment, work)
