"""What runs on one worker only: for as long as it owns user partition 0."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiokafka.errors import KafkaError

from streams.engine.arrivals import PartitionClosedError
from streams.engine.partition import Partition

__all__ = ["while_owned"]

logger = logging.getLogger(__name__)
PAUSE_S = 1.0


async def while_owned(
    partition: Partition, name: str, serve: Callable[[Partition], Awaitable[None]]
) -> None:
    """Serve until the partition is given up; after a failure of Kafka, serve anew.

    Whatever `serve` had not made durable it must take up again from the topics that it reads.

    Parameters
    ----------
    name : of the service, for the log.
    """
    while not partition.closed:
        try:
            await serve(partition)
        except PartitionClosedError:
            return
        except (TimeoutError, KafkaError) as error:
            logger.warning("%s: restoring after %r", name, error)
            await asyncio.sleep(PAUSE_S)
