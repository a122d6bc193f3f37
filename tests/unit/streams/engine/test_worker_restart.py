"""A partition whose transaction failed is restored, unless it was revoked meanwhile."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiokafka.errors import KafkaTimeoutError
from enginerig.desk import Desk

from streams.engine.input_consumer import InputConsumer
from streams.engine.partition import Partition
from streams.engine.worker import Worker

NUMBER = 1


@pytest.mark.parametrize("revoked", [False, True], ids=["kept", "revoked meanwhile"])
def test_nobody_goes_on_with_what_was_revoked(
    monkeypatch: pytest.MonkeyPatch, revoked: bool
) -> None:
    """Giving a partition up waits for a Kafka that is away; whoever owns it then is not fenced."""

    async def fail() -> None:
        raise KafkaTimeoutError

    async def run() -> tuple[Worker, Partition]:
        consumer = cast("InputConsumer", None)
        worker = Worker(Desk(partitions=2, clock="system").shared, consumer, asyncio.ensure_future)
        partition = Partition(NUMBER, worker._shared, consumer, worker.listener)
        worker.partitions[NUMBER] = partition

        async def abandon() -> None:
            await asyncio.sleep(0)
            if revoked:
                worker.partitions.pop(NUMBER)

        monkeypatch.setattr(partition, "abandon", abandon)
        await worker.guarded(partition, fail())
        return worker, partition

    worker, failed = asyncio.run(run())
    anew = worker.partitions.get(NUMBER)
    assert anew is not failed
    assert (anew is None) == revoked
