"""aiokafka's consumer, with records as columns."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer

from streams.raw.fetcher import RawFetcher

__all__ = ["RawConsumer"]


class RawConsumer(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer whose `getmany` returns, for each partition, a list of `Fetched`.

    `max_records` counts those, of which a fetch of what is compressed may have several. A fetch of
    nothing but markers and aborted transactions is handed over too, as one without records.
    """

    async def start(self) -> None:
        """Connect; topics must not have been subscribed or assigned before."""
        await super().start()
        await self._fetcher.close()
        self._fetcher: Any = RawFetcher(
            self._client,
            self._subscription,
            fetch_min_bytes=self._fetch_min_bytes,
            fetch_max_bytes=self._fetch_max_bytes,
            fetch_max_wait_ms=self._fetch_max_wait_ms,
            max_partition_fetch_bytes=self._max_partition_fetch_bytes,
            check_crcs=self._check_crcs,
            fetcher_timeout=self._consumer_timeout,
            retry_backoff_ms=self._retry_backoff_ms,
            auto_offset_reset=self._auto_offset_reset,
            isolation_level=self._isolation_level,
        )
