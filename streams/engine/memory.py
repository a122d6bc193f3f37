"""What one partition remembers: its users, its reminders, and how far it has come."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np

from features.raw_records import NO_BYTES, RawRecords
from features.state import UserState, are_ours
from reminders.attribution import Attribution
from reminders.board import Board
from reminders.kpi_book import FUNNEL_KINDS, FunnelBook
from reminders.planner import Planner
from reminders.visits import visits_of
from streams.engine.meta import META_KEY, PartitionMeta
from streams.engine.outgoing import Outgoing, Record
from streams.engine.shared import Shared

__all__ = ["Parked", "PartitionMemory"]

PARTS_INTERVAL_MS = 5_000


class PartitionMemory:
    """State of one user partition, restored from and written to the changelog `state`.

    Keys are a user's id in UTF-8 for user rows; everything else starts with the byte 0xFF, which
    no UTF-8 text does.

    Parameters
    ----------
    number : user partition.
    """

    def __init__(self, number: int, shared: Shared) -> None:
        self.state: UserState = shared.new_state()
        self.planner: Planner = shared.new_planner(number)
        self.funnels = FunnelBook(shared.decisions.cohorts, shared.decisions.seed)
        self.attribution = Attribution(self.funnels)
        self.meta = PartitionMeta(offsets={})
        self.erased: list[str] = []
        self.number = number
        self._parts_interval_ms = 0 if shared.simulated_time else PARTS_INTERVAL_MS
        self._parts_ts = -PARTS_INTERVAL_MS

    def restore(self, records: RawRecords) -> None:
        """Take some records of the changelog, oldest first."""
        records = records.take(np.flatnonzero(records.key_size != NO_BYTES))
        ours = are_ours(records)
        for key, value in records.take(np.flatnonzero(~ours)).pairs():
            if key[:2] in FUNNEL_KINDS:
                self.funnels.restore(key, value)
            elif key != META_KEY:
                self.planner.restore(key, value)
            elif value is not None:
                self.meta = PartitionMeta.from_bytes(value)
        self.state.restore(records.take(np.flatnonzero(ours)))

    def tidy(self, now_ms: int, board: Board, max_users: int | None) -> None:
        """Forget what no decision asks for any more, and the longest idle users beyond a bound."""
        coming = [stream.stream_h for stream in board.scheduled()]
        self.state.expire(now_ms, np.array(coming, np.uint64))
        if max_users is not None:
            # The planner still knows by hash what they were sent, should they come back.
            self.state.evict(max_users)

    def take_changed(self, now_ms: int) -> list[Outgoing]:
        """Changelog records of all that changed since the last call, without the progress."""
        single = self.planner.take_changed() + self.funnels.take_changed()
        return [*self.state.take_changed(now_ms), *(Record(key, value) for key, value in single)]

    def take_erased(self) -> list[str]:
        """Remove and return the users who were erased since the last call."""
        taken, self.erased = self.erased, []
        return taken

    def take_visits(self, shared: Shared) -> list[Record]:
        """The record of `visits` about who came to a host since the last call, if anybody did."""
        visits = visits_of(self.state, shared.board, shared.decisions.seed)
        if visits is None:
            return []
        return [Record(str(self.number).encode(), msgspec.msgpack.encode(visits))]

    def take_quota_notes(self) -> list[Record]:
        """Records of `quotas`: what all partitions are told since the last call."""
        return [
            Record(str(self.number).encode(), note) for note in self.planner.quotas.take_notes()
        ]

    def take_kpi_parts(self, clock_ts: int) -> list[Record]:
        """Records of `kpi-parts`: at each tick, on the wall clock not more often than 5 s."""
        if clock_ts < self._parts_ts + self._parts_interval_ms:
            return []
        self._parts_ts = clock_ts
        parts = self.funnels.take_parts(self.number, clock_ts)
        return [Record(key, value) for key, value in parts]


class Parked(NamedTuple):
    """Memory kept from an ownership just lost, in case the partition comes back.

    `state_end`: the offset after our last record of `state`; what is kept is valid while nobody
    has written there since.
    """

    memory: PartitionMemory
    state_end: int
