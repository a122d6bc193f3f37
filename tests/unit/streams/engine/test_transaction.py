"""What can be written in a transaction."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from config.servers import CompressionType, Kafka
from features.headed_records import HeadedRecords
from features.later_records import LaterRecords
from features.raw_records import RawRecords
from streams.engine.outgoing import Outgoing, Record, one_by_one
from streams.engine.transaction import PartitionProducer
from streams.raw.compression import CODECS, LZ4
from streams.raw.laid_out_batch import ATTRIBUTES_AT
from streams.raw.producer import RawProducer


def test_records_and_columns_come_in_the_order_in_which_they_are_given() -> None:
    """Single ones, columns, and columns with headers."""
    one = Record(b"a", None, [("h", b"1")])
    columns = RawRecords.of([b"b", None], [b"2", b"3"])
    headed = HeadedRecords(RawRecords.of([b"c"], [b"4"]), [("h", b"5")])
    assert list(one_by_one([one, columns, headed, one])) == [
        one,
        Record(b"b", b"2"),
        Record(None, b"3"),
        Record(b"c", b"4", [("h", b"5")]),
        one,
    ]


def test_a_broker_that_names_no_brokers_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that has just come back: to be tried again, and no fault of the worker."""

    async def start(_: RawProducer) -> None:
        raise AssertionError("Did we not perform bootstrap?")

    async def run() -> None:
        producer = PartitionProducer(Kafka(bootstrap_servers="localhost:9092"), 0, "app")
        try:
            await producer.start()
        finally:
            await producer.stop()

    monkeypatch.setattr(RawProducer, "start", start)
    with pytest.raises(KafkaConnectionError, match="names no brokers"):
        asyncio.run(run())


@pytest.mark.parametrize(("name", "number"), CODECS.items())
def test_columns_are_compressed_as_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, name: CompressionType, number: int
) -> None:
    """Unless the writer knows better; `gzip` where nothing is set, which every client reads."""

    async def run() -> list[int]:
        kafka = Kafka(bootstrap_servers="localhost:9092", compression_type=name)
        alike = HeadedRecords(RawRecords.of([b"ann"] * 9, [bytes(99)] * 9), [("h", b"1")])
        written: list[int] = []

        async def submit(batch: Any, *_: object) -> asyncio.Future[Any]:
            written.append(batch._build()[ATTRIBUTES_AT + 1] & 7)
            future = asyncio.get_running_loop().create_future()
            future.set_result(SimpleNamespace(offset=0))
            return future

        producer = PartitionProducer(kafka, 0, "app")
        monkeypatch.setattr(producer, "_submit", submit)
        await producer.write("reminders", 0, [alike])
        await producer.write("state", 0, [alike], codec=LZ4)
        await producer.stop()
        return written

    assert asyncio.run(run()) == [number, LZ4]
    assert Kafka(bootstrap_servers="localhost:9092").compression_type == "gzip"


@pytest.mark.parametrize("after", range(8))
def test_first_ones_that_nobody_needs_are_not_made(after: int) -> None:
    """Of kinds mixed as they may be, the same records as without the first ones of the list."""
    made: list[int] = []

    def part(number: int) -> HeadedRecords:
        made.append(number)
        return HeadedRecords(RawRecords.of([b"a", b"b"], [b"%d" % number] * 2), [("h", b"1")])

    later = LaterRecords([2, 2], [partial(part, 0), partial(part, 1)], 0)
    mixed: list[Outgoing] = [Record(b"c", None), later, RawRecords.of([b"d", b"e"], [b"2", None])]
    whole = list(one_by_one(mixed))
    made.clear()
    assert list(one_by_one(mixed, after)) == whole[after:]
    assert made == [number for number, end in enumerate([3, 5]) if after < end]
