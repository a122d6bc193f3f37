"""One user partition on the worker that owns it: restore, receive, apply, decide, commit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from functools import partial

from features.raw_records import RawRecords
from streams.engine.arrivals import Arrivals, PartitionClosedError
from streams.engine.batches import RecordBatch
from streams.engine.catching_up import CatchingUp
from streams.engine.clock import DAY_MS, FUTURE_MS, wall_clock_ms
from streams.engine.commits import Commits
from streams.engine.decided import Decided, decide
from streams.engine.input_consumer import InputConsumer
from streams.engine.intake import Intake
from streams.engine.listener import Listener
from streams.engine.log_range import records_between
from streams.engine.memory import Parked, PartitionMemory
from streams.engine.outgoing import Record
from streams.engine.shared import Shared
from streams.engine.state_log import nothing_committed_since, replay_committed
from streams.engine.turn import Turn

__all__ = ["Partition"]

SECOND_MS = 1_000
BETWEEN_S = 0.002
APPLY_BYTES = 2 << 20
"""What waits to be applied, on the wall clock, at most; some 8,000 events."""
HELD_BYTES = 16 << 20
"""Of feedback that waits while a partition catches up, at most; some 80,000 records."""


class Partition:
    """State, inputs and transactions of one user partition.

    Attributes
    ----------
    ready : set once the changelog has been read back; batches are taken only then, and those
        that came earlier come again, because `open` seeks to the restored offsets.
    woken : set when the next step is due, or the partition was given up.
    """

    def __init__(
        self, number: int, shared: Shared, consumer: InputConsumer, listener: Listener
    ) -> None:
        self.number = number
        self.ready = asyncio.Event()
        self.woken = asyncio.Event()
        self.memory = PartitionMemory(number, shared)
        self._shared = shared
        self._consumer = consumer
        self._lock = asyncio.Lock()
        self._arrivals = Arrivals(number, shared.settings.kafka, consumer)
        self._catching_up = CatchingUp(number, shared, listener, self._arrivals)
        self._decided_ts = -1
        self._closed = False
        self._intake = Intake(number, shared)
        self._commits = Commits(number, shared)

    @property
    def closed(self) -> bool:
        """Whether the partition has been given up."""
        return self._closed

    @property
    def catching_up(self) -> bool:
        """Whether it decides nothing yet, on the wall clock, for what was said unheard."""
        return self._catching_up.going_on

    @property
    def clock_ts(self) -> int:
        """Epoch ms up to which reminders have been decided and committed; −1 if never."""
        return self.memory.meta.clock_ts

    def taken_over(self) -> dict[str, int]:
        """Offset of the next record to take, by full topic name; empty before `open`."""
        return self._arrivals.next

    async def open(self, parked: Parked | None) -> None:
        """Fence older owners, restore from `state` or from what is parked, and begin to fetch."""
        kafka, state = self._shared.settings.kafka, self._shared.topics.state
        await self._commits.start()
        if parked and await nothing_committed_since(kafka, state, self.number, parked.state_end):
            self.memory, self._commits.state_end = parked
        else:
            told = partial(self._shared.monitor.ownership.restored, self.number)
            restore = self.memory.restore
            end = await replay_committed(kafka, state, self.number, restore, told)
            self._commits.state_end = end
        self._decided_ts = self.clock_ts if self.clock_ts >= 0 else self._begin_ts()
        offsets = self.memory.meta.offsets
        self._arrivals.begin(
            {topic: offsets.get(topic, 0) for topic in self._shared.topics.user_inputs}
        )
        if self.number == 0:
            await self._collect_stream_letters(offsets.get(self._shared.topics.streams, 0))
        self.ready.set()
        planner = self.memory.planner
        self._shared.view.attach(
            self.number, self.memory.state, lambda: planner.plans, self.clock_ts
        )
        for topic in self._shared.topics.user_inputs:
            await self._consumer.seek(topic, self.number, self._arrivals.next[topic])

    async def close(self) -> Parked | None:
        """Give the partition up; on the wall clock, what is applied is committed first.

        Returns
        -------
        What may be opened again; None when nothing was ever restored.
        """
        async with self._lock:
            if not self.ready.is_set():
                await self.abandon()
                return None
            self.ready.clear()
            self._arrivals.stop()
            if not self._shared.simulated_time:
                self._apply_arrived()
                self._catching_up.stop()
                last = Decided(self._decided_ts)
                await self._commits.commit(self.memory, self._arrivals.handed_out, last)
            await self.abandon()
        return Parked(self.memory, self._commits.state_end)

    async def _collect_stream_letters(self, start: int) -> None:
        """Partition 0 reports the bad records of `streams`, those read before it came here too."""
        feed, topics = self._shared.feed, self._shared.topics
        end = feed.next
        feed.collect(max(start, end))
        if start < end:
            kafka, tp = self._shared.settings.kafka, (topics.streams, 0)
            letters = records_between(kafka, tp, start, end, committed_only=True)
            async with aclosing(letters) as rows:
                async for row in rows:
                    self._commits.reject(feed.rejected(row, wall_clock_ms()))
                    await asyncio.sleep(0)

    async def abandon(self) -> None:
        """Stop without a last commit; the next owner restores what was committed."""
        self.ready.clear()
        self._shared.view.detach(self.number)
        self._closed = True
        self._catching_up.stop()
        self._arrivals.stop()
        self.woken.set()
        if self.number == 0:
            self._shared.feed.collect(None)
        await self._commits.stop()

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Write to a single-partition topic in a transaction of its own."""
        async with self._lock:
            self._check_open()
            await self._commits.publish(topic, records)

    def _check_open(self) -> None:
        if self._closed:
            raise PartitionClosedError(f"partition {self.number} has been given up")

    async def receive(self, batch: RecordBatch) -> None:
        """Take a fetched batch, or seek back when records before it got lost on the way.

        On the wall clock it waits for the next decision or commit, unless much waits already:
        twenty small batches cost twice what one large one does.
        """
        if not self.ready.is_set() or not await self._arrivals.take_over(batch):
            return
        self._commits.stir()
        self._shared.monitor.counts.arrived(batch.topic, batch.records)
        if not self._shared.simulated_time and self._arrivals.nbytes >= APPLY_BYTES:
            self._apply_arrived()

    async def tick(self, now_ms: int, ends: Mapping[str, int]) -> None:
        """One tick of the topic clock: apply all before `ends`, decide, commit, in that order.

        Parameters
        ----------
        now_ms : the tick, epoch ms.
        ends : end offsets of the user inputs when the tick was read.
        """
        await asyncio.gather(*(self._arrivals.reach(topic, end) for topic, end in ends.items()))
        async with self._lock:
            await self._shared.backlog.room()
            self._check_open()
            prev_ms = self.clock_ts
            latest_ts = None if prev_ms < 0 else max(prev_ms + DAY_MS, now_ms)
            self._apply(self._arrivals.take_until(ends), latest_ts, now_ms)
            decided = self._decide(prev_ms, now_ms)
            applied = {
                topic: max(end, self.memory.meta.offsets.get(topic, 0))
                for topic, end in ends.items()
            }
            await self._commits.commit(self.memory, applied, decided)

    def is_due(self, now_ms: int) -> bool:
        """Whether, at `now_ms` of the wall clock, a second has begun or a commit is due."""
        if self._lock.locked() or not self.ready.is_set():
            return False
        decides = self._second_has_begun(now_ms) and not self.catching_up
        return decides or self._commits.due()

    async def step(self, turn: Turn) -> None:
        """Decide on the wall clock what is due, once a second, and commit when it is time.

        Parameters
        ----------
        turn : held while this partition decides. Between two partitions that decide, what was
            fetched meanwhile is taken over, so that no decision is behind by the time of all.
        """
        async with self._lock, turn.taken() as pass_on:
            self._check_open()
            await asyncio.sleep(BETWEEN_S)
            await self._shared.backlog.room()
            knows_all = self._apply_arrived()
            offsets, now_ms = self._arrivals.handed_out, wall_clock_ms()
            decided = Decided(self._decided_ts)
            if self._second_has_begun(now_ms) and knows_all:
                # A clock that was set back must not keep everybody waiting.
                prev_ms = min(self._decided_ts, now_ms - SECOND_MS)
                decided = self._decide(prev_ms, now_ms)
                self._decided_ts = now_ms
            if decided.reminders or decided.examples or self._commits.due():
                turn.pass_on_soon(pass_on)
                await self._commits.commit(self.memory, offsets, decided, pass_on)

    def _begin_ts(self) -> int:
        """When a partition begins of which nobody has decided anything: nothing was due before."""
        return -1 if self._shared.simulated_time else wall_clock_ms()

    def _second_has_begun(self, now_ms: int) -> bool:
        return now_ms // SECOND_MS != self._decided_ts // SECOND_MS

    def _apply_arrived(self) -> bool:
        """Apply what waits, and return whether the partition knows enough to decide.

        While it catches up feedback waits for the events before it: that of a user who is not
        known yet would be passed over, and who has muted would be reminded.
        """
        now_ms, feedback = wall_clock_ms(), self._shared.topics.feedback
        knows_all = self._catching_up.done()
        waits = not knows_all and self._arrivals.nbytes_of(feedback) < HELD_BYTES
        if taken := self._arrivals.take_all(but=feedback if waits else None):
            self._apply(taken, now_ms + FUTURE_MS, now_ms)
        return knows_all

    def _apply(self, taken: Mapping[str, RawRecords], latest_ts: int | None, now_ms: int) -> None:
        self._commits.reject(self._intake.apply(self.memory, taken, latest_ts, now_ms))
        self._shared.monitor.counts.applied(taken)

    def _decide(self, prev_ms: int, now_ms: int) -> Decided:
        decided = decide(self.memory, self._shared, prev_ms, now_ms)
        if decided.is_news:
            self._commits.stir()
        return decided
