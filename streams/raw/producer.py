"""aiokafka's producer, made to send whole batches without copying them again and again.

It is pinned exactly, since what is overridden here is not public.
"""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.producer.sender import Sender, SendProduceReqHandler

from streams.raw.produce_request import JoinedProduceRequest

__all__ = ["RawProducer"]


class _Handler(SendProduceReqHandler):  # type: ignore[misc]
    def create_request(self) -> JoinedProduceRequest:
        """Return what aiokafka would send, to be put together in one go."""
        theirs = super().create_request()
        return JoinedProduceRequest(
            theirs._transactional_id, theirs._required_acks, theirs._timeout, theirs._topics
        )


class _Sender(Sender):  # type: ignore[misc]
    async def _send_produce_req(self, node_id: int, batches: Any) -> None:
        await _Handler(self, batches).do(node_id)
        self._in_flight.remove(node_id)
        self._muted_partitions.difference_update(batches)


class RawProducer(AIOKafkaProducer):  # type: ignore[misc]
    """A producer that takes aiokafka's options and sends `JoinedProduceRequest`s."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        theirs = self._sender
        self._sender: Any = _Sender(
            self.client,
            acks=theirs._acks,
            txn_manager=self._txn_manager,
            message_accumulator=self._message_accumulator,
            retry_backoff_ms=round(theirs._retry_backoff * 1000),
            request_timeout_ms=self._request_timeout_ms,
        )
