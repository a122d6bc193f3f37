"""The topic `kpis`: where user partition 0 lives, the parts of all partitions become records.

The records go out in partition 0's transactions, so an owner that lost it is fenced here too.
"""

from __future__ import annotations

import asyncio
from collections import deque

import msgspec

from features.contracts import Kpi
from features.hashing import hash64
from features.raw_records import RawRecords
from reminders.kpi_parts import FunnelTotals, Part
from streams.engine.committed_tail import CommittedTail
from streams.engine.listener import Listener
from streams.engine.log_heads import LogHeads
from streams.engine.outgoing import Record
from streams.engine.partition import Partition
from streams.engine.shared import Shared
from streams.engine.state_log import replay_committed
from streams.engine.tenure import while_owned

__all__ = ["KpiService", "Reporting"]

INTERVAL_S = 5.0

_part = msgspec.msgpack.Decoder(Part)
_kpi = msgspec.json.Decoder(Kpi)


class KpiService:
    """Reads `kpi-parts` and writes the records of `kpis` that changed.

    A record is written anew only when more than its `to_ts` differs.
    """

    def __init__(self, shared: Shared, partition: Partition, heads: LogHeads) -> None:
        self._shared = shared
        self._partition = partition
        self._totals = FunnelTotals()
        self._waiting: deque[tuple[bytes, Part | None]] = deque()
        self._written: dict[bytes, int] = {}
        self._parts = CommittedTail(shared, heads, shared.topics.kpi_parts)

    async def open(self) -> None:
        """Read what was written last and go to the beginning of the parts."""
        await replay_committed(
            self._shared.settings.kafka, self._shared.topics.kpis, 0, self._restore
        )
        await self._parts.open(0)

    async def close(self) -> None:
        """Disconnect."""
        await self._parts.close()

    async def report(self, upto_ts: int | None) -> int:
        """Add up the committed parts of ticks up to `upto_ts` (epoch ms), write what changed.

        Parameters
        ----------
        upto_ts : parts of later ticks wait for the next call; None: no part waits.

        Returns
        -------
        How many records were written, tombstones of forgotten streams and hosts included.
        """
        await self._fetch()
        self._receive(upto_ts)
        records: list[Record] = []
        for key, kpi in self._totals.take_reports():
            if kpi is None:
                if self._written.pop(key, None) is not None:
                    records.append(Record(key, None))
            elif self._written.get(key) != (content := _content_h(kpi)):
                self._written[key] = content
                records.append(Record(key, msgspec.json.encode(kpi)))
        if records:
            await self._partition.publish(self._shared.topics.kpis, records)
        return len(records)

    def _receive(self, upto_ts: int | None) -> None:
        """Pass parts on, in their order, up to the first that a later tick wrote."""
        later: deque[tuple[bytes, Part | None]] = deque()
        while self._waiting:
            key, part = self._waiting.popleft()
            waits = upto_ts is not None and part is not None and part.clock_ts > upto_ts
            if later or waits:
                later.append((key, part))
            else:
                self._totals.receive(key, part)
        self._waiting = later

    async def _fetch(self) -> None:
        for row in await self._parts.rows():
            part = None if row.value is None else _part.decode(row.value)
            self._waiting.append((row.key, part))

    def _restore(self, records: RawRecords) -> None:
        for key, value in zip(records.keys(), records.values(), strict=True):
            if key is None:
                continue
            if value is None:
                self._written.pop(key, None)
            else:
                self._written[key] = _content_h(_kpi.decode(value))


def _content_h(kpi: Kpi) -> int:
    """A hash of all that a record says, but for when."""
    return hash64(msgspec.json.encode(msgspec.structs.replace(kpi, to_ts=0)).decode())


class Reporting:
    """Writes `kpis` for as long as this worker owns user partition 0.

    At each tick that every partition has reached; on the wall clock every 5 s.
    """

    def __init__(self, shared: Shared, listener: Listener) -> None:
        self._shared = shared
        self._listener = listener

    async def run(self, partition: Partition) -> None:
        """Keep a service going until the partition is given up."""
        await while_owned(partition, "kpis", self._run_once)

    async def _run_once(self, partition: Partition) -> None:
        service = KpiService(self._shared, partition, self._listener.heads)
        try:
            await service.open()
            if self._shared.simulated_time:
                await self._follow_ticks(service, partition)
            else:
                await self._follow_wall_clock(service, partition)
        finally:
            await service.close()

    async def _follow_wall_clock(self, service: KpiService, partition: Partition) -> None:
        while not partition.closed:
            await service.report(None)
            await asyncio.sleep(INTERVAL_S)

    async def _follow_ticks(self, service: KpiService, partition: Partition) -> None:
        """Report each tick; of those that the partition had before this began, only the last.

        Compaction may have left too little to say what held at the others.
        """
        ticks, marks, heard = self._listener.ticks, self._listener.watermarks, self._listener.heard
        reported_ts = partition.clock_ts
        await heard.until(lambda: partition.closed or marks.all_reached >= reported_ts)
        await service.report(reported_ts)
        while not partition.closed:
            tick = next(iter(ticks.after(reported_ts)), None)
            if tick is not None and marks.all_reached >= tick:
                await service.report(tick)
                reported_ts = tick
            else:
                await heard.next()
