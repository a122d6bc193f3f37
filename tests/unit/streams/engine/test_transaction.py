"""What can be written in a transaction."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from config.servers import Kafka
from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.engine.transaction import PartitionProducer, Record, one_by_one
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
