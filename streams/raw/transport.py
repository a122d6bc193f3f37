"""Faust's aiokafka transport with our consumer in it: columns, and committed records only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import faust
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport

from streams.raw.consumer import RawConsumer

__all__ = ["RawTransport"]


class _RawThread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> RawConsumer:
        return RawConsumer(
            **transport.consumer_options, partition_assignment_strategy=[self.app.assignor]
        )


class _RawFaustConsumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _RawThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Go nowhere: each partition seeks to where its restored state ends.

        Faust would ask for committed offsets, which do not exist, after each rebalance. If Kafka
        takes longer than a request may, it ends the task that resumes fetching, for good: at the
        next rebalance the worker would fall silent.
        """


class RawTransport(Transport):
    """Consumes with `RawConsumer`; Faust's own settings of the consumer are not looked at.

    Parameters
    ----------
    consumer_options : those of `AIOKafkaConsumer`, without the assignor, which is Faust's.
    """

    Consumer: ClassVar[Any] = _RawFaustConsumer

    def __init__(self, app: faust.App, consumer_options: Mapping[str, Any]) -> None:
        super().__init__(app.conf.broker_consumer, app)
        self.consumer_options = consumer_options
