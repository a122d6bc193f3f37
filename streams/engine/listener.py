"""What a worker hears from the broadcast topics: streams, models, watermarks, ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streams.engine.broadcast import BroadcastReader
from streams.engine.clock import FUTURE_MS, TickHistory, wall_clock_ms
from streams.engine.log_heads import LogHeads
from streams.engine.shared import Shared
from streams.engine.signal import Signal
from streams.engine.watermarks import Watermarks

__all__ = ["Listener"]


class Listener:
    """Reads the broadcast topics from their beginning and keeps what they said.

    Attributes
    ----------
    heard : notified after each batch of records.
    ticks : accepted ticks of the topic clock; stays empty on the wall clock.
    heads, committed_heads : where logs end, for barriers; with open transactions and without.
    read : offset after the last record that was read, by topic.
    quotas_next : offset of the next record of `quotas`; what is before it is known.
    """

    def __init__(self, shared: Shared) -> None:
        self.heard = Signal()
        self.ticks = TickHistory()
        self.read: dict[str, int] = {}
        self.quotas_next = 0
        self.watermarks = Watermarks(shared.settings.topics.partitions)
        self._shared = shared
        topics = shared.topics
        told = (topics.models, topics.watermarks, topics.quotas)
        names = [topics.streams, topics.refused_streams, *told]
        if shared.simulated_time:
            names.append(topics.clock)
        self.reader = BroadcastReader(shared.settings.kafka, names)
        self.heads = LogHeads(shared.settings.kafka)
        self.committed_heads = LogHeads(shared.settings.kafka, committed=True)
        self._take = {
            topics.models: self._models,
            topics.refused_streams: self._refused,
            topics.watermarks: self.watermarks.receive,
            topics.quotas: self._quotas,
            topics.clock: self._clock,
        }

    async def start(self) -> None:
        """Connect and read `streams` to its end, so that nothing is decided on half a board."""
        await self.heads.start()
        await self.committed_heads.start()
        await self.reader.start()
        self._refused(await self.reader.catch_up(self._shared.topics.refused_streams))
        rows = await self.reader.catch_up(self._shared.topics.streams)
        self._streams(rows, await self.reader.position(self._shared.topics.streams))

    async def stop(self) -> None:
        """Disconnect."""
        try:
            await self.reader.stop()
        finally:
            await self.heads.stop()
            await self.committed_heads.stop()

    async def run(self) -> None:
        """Listen for ever; while Kafka is away, wait for it."""
        streams = self._shared.topics.streams
        while True:
            fetched = await self.reader.fetch()
            self._streams(fetched.pop(streams, []), await self.reader.position(streams))
            for topic, rows in fetched.items():
                self._take[topic](rows)
                self.read[topic] = rows[-1].offset + 1
            self.quotas_next = await self.reader.position(self._shared.topics.quotas)
            self.heard.notify()

    def _streams(self, rows: Sequence[Any], position: int) -> None:
        feed = self._shared.feed
        feed.receive(rows, position)
        self._shared.monitor.counts.heard(len(rows))
        if not self._shared.simulated_time:
            now_ms = wall_clock_ms()
            feed.apply(feed.fetched, now_ms + FUTURE_MS, now_ms)

    def _refused(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._shared.feed.refused.tell(row.value)

    def _models(self, rows: Sequence[Any]) -> None:
        for row in rows:
            if self._shared.learned(row.key, row.value, row.timestamp):
                self._shared.view.model_changed(self._shared.snapshot)

    def _quotas(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._shared.exchange.tell(row.value)

    def _clock(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self.ticks.offer(row.value)
