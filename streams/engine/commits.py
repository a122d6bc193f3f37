"""The transactions of a partition: what it has to say is gathered at one moment, and written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from features.headed_records import HeadedRecords
from streams.engine.clock import wall_clock_ms
from streams.engine.decided import Decided
from streams.engine.memory import PartitionMemory
from streams.engine.meta import PartitionMeta
from streams.engine.outbox import Outbox, write_alone, write_outbox
from streams.engine.outgoing import Record, record_count
from streams.engine.pacing import CommitPace
from streams.engine.shared import Shared
from streams.engine.transaction import MAX_BATCH_BYTES, PartitionProducer
from streams.engine.unbroken import Unbroken

__all__ = ["BULK", "Commits", "no_one_waits"]

BULK = 6_000
"""So many reminders are rendered and written in a thread of its own."""


def no_one_waits() -> None:
    """Nobody waits for the reminders to be with the broker."""


class Commits:
    """Writes for a partition, one transaction after another.

    Parameters
    ----------
    number : user partition.

    Attributes
    ----------
    state_end : offset after our last record of `state`; −1 before anything was restored.
    """

    def __init__(self, number: int, shared: Shared) -> None:
        self.state_end = -1
        self._number = number
        self._shared = shared
        self._dead_letters: list[HeadedRecords] = []
        self._pace = CommitPace(
            shared.settings.engine.commit_interval_ms / 1000,
            shared.settings.engine.commit_interval_max_ms / 1000,
        )
        kafka, app_id = shared.settings.kafka, shared.settings.app_id
        self._producer = PartitionProducer(kafka, number, app_id)
        self._bulk = PartitionProducer(kafka, number, app_id, "bulk")
        self._unbroken = Unbroken()
        self._stirred = True
        self._feed_told = -1

    async def start(self) -> None:
        """Fence older owners of the partition."""
        # One after the other: of two at once one may fail, and the other go on to fence whoever
        # is the owner by then.
        await self._producer.start()
        await self._shared.writing.run(self._bulk.start())

    async def stop(self) -> None:
        """Close the connection; nothing more is written."""
        await asyncio.gather(self._producer.stop(), self._shared.writing.run(self._bulk.stop()))

    def due(self) -> bool:
        """Whether it is time for the next transaction, on the wall clock.

        A partition of which nothing is heard says less often how late it is.
        """
        quiet = not self._stirred and self._shared.feed.next == self._feed_told
        return self._pace.due(quiet=quiet)

    def stir(self) -> None:
        """Say that there is something to write."""
        self._stirred = True

    def reject(self, letters: Iterable[HeadedRecords]) -> None:
        """Keep dead letters for the next transaction."""
        self._dead_letters.extend(letters)
        self.stir()

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Write to a single-partition topic in a transaction of its own."""
        with self._unbroken.next():
            await write_alone(self._producer, topic, records)

    async def commit(
        self,
        memory: PartitionMemory,
        offsets: Mapping[str, int],
        decided: Decided,
        told: Callable[[], None] = no_one_waits,
    ) -> None:
        """Write all that has changed and was decided, and take the progress into `memory`.

        Parameters
        ----------
        offsets : of the next records to apply, by full topic name of the user inputs.
        told : called as soon as nobody needs to wait for the reminders (`write_outbox`).
        """
        shared, memory_end = self._shared, memory.meta.reminders_end_offset
        changed, erased = memory.state.users.changed_slots(), memory.take_erased()
        outbox = self._gathered(memory, offsets, decided)
        writing = shared.backlog.holding(outbox.nbytes)
        with writing, self._pace.measured(), self._unbroken.next():
            memory.meta, self.state_end = await self._written(outbox, memory_end, told)
        shared.monitor.counts.committed(self._number, outbox, self._pace.took_s)
        shared.view.committed(
            self._number, decided.clock_ts, changed, erased, outbox.state, decided.reminders
        )

    async def _written(
        self, outbox: Outbox, memory_end: int, told: Callable[[], None]
    ) -> tuple[PartitionMeta, int]:
        """Write it here, or in the thread for that where the next decision shall not wait for it.

        Two threads take turns for each of the many small steps of a transaction, which costs more
        than a small one itself.
        """
        number, topics = self._number, self._shared.topics
        if record_count(outbox.reminders) < BULK:
            return await write_outbox(outbox, self._producer, number, topics, memory_end, told)
        told_here = partial(asyncio.get_running_loop().call_soon_threadsafe, told)
        work = write_outbox(outbox, self._bulk, number, topics, memory_end, told_here)
        return await self._shared.writing.run(work)

    def _gathered(
        self, memory: PartitionMemory, offsets: Mapping[str, int], decided: Decided
    ) -> Outbox:
        feed, streams = self._shared.feed, self._shared.topics.streams
        # While a partition catches up, what it takes in is not of the time of its last decision.
        now_ms = decided.clock_ts if self._shared.simulated_time else wall_clock_ms()
        letters, self._dead_letters = self._dead_letters, []
        self._stirred, self._feed_told = False, feed.next
        refused: list[Record] = []
        if self._number == 0:
            letters += feed.take_dead_letters()
            if (news := feed.refused.take(feed.next)) is not None:
                refused.append(Record(b"0", news))
        return Outbox(
            offsets={**offsets, streams: max(feed.next, memory.meta.offsets.get(streams, 0))},
            clock_ts=decided.clock_ts,
            state=memory.take_changed(now_ms),
            reminders=decided.reminders,
            dead_letters=HeadedRecords.fewer(letters, MAX_BATCH_BYTES),
            examples=decided.examples,
            kpi_parts=memory.take_kpi_parts(decided.clock_ts),
            visits=memory.take_visits(self._shared),
            refused_streams=refused,
            quotas=memory.take_quota_notes(),
        )
