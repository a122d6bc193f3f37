"""All plans of one partition, found by announcement, stream and host, and their restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

import msgspec
import numpy as np

from features.hashing import U64Array
from online_models.arrays import Bools, Ints
from reminders.journal import PLAN, RESULTS, RUN, SAMPLES, SENT, Journal
from reminders.ladder import Rung
from reminders.plan import Plan, PlanRecord
from reminders.plan_run import Planned, PlanRun
from reminders.wheel import Wheel

__all__ = ["PlanBook"]


class PlanBook:
    """The plans, the wheel that their pending rows are on, and the journal they are written to."""

    def __init__(self, rungs: Sequence[Rung]) -> None:
        self.wheel = Wheel()
        self.journal = Journal()
        self._rungs = {rung.name: rung for rung in rungs}
        self._plans: dict[int, Plan] = {}
        self._by_stream: dict[int, list[Plan]] = {}
        self._by_host: dict[int, list[Plan]] = {}
        self._ends: list[tuple[int, int]] = []
        self._starts: list[tuple[int, int]] = []
        self._new: list[Plan] = []

    def __len__(self) -> int:
        return len(self._plans)

    def __iter__(self) -> Iterator[Plan]:
        return iter(list(self._plans.values()))

    def __getitem__(self, announcement: int) -> Plan:
        return self._plans[announcement]

    def get(self, announcement: int) -> Plan | None:
        """Return the plan of an announcement, None without one."""
        return self._plans.get(announcement)

    def of_stream(self, stream_h: int) -> list[Plan]:
        """Return the plans of a stream, by any start, in the order in which they were made."""
        return self._by_stream.get(stream_h, [])

    def of_host(self, host_h: int) -> list[Plan]:
        """Return the plans of a host's streams, in the order in which they were made."""
        return self._by_host.get(host_h, [])

    def add(self, record: PlanRecord) -> Plan:
        """Make a plan and write it down."""
        plan = self._put(record)
        plan.write(self.journal)
        return plan

    def change_host(self, plan: Plan, host_h: int) -> None:
        """Note that a plan's stream is another host's now."""
        _unlist(self._by_host, plan.record.host_h, plan)
        plan.record.host_h = host_h
        self._by_host.setdefault(host_h, []).append(plan)
        plan.write(self.journal)

    def extend(self, plan: Plan, rows: Planned) -> None:
        """Give pending rows to a plan."""
        for run in plan.extend(rows, self.journal):
            self.wheel.add(plan.announcement, run)

    def pop(self, until_s: int) -> dict[int, list[Planned]]:
        """Take out the rows that are due at `until_s` or before, by announcement."""
        due: dict[int, list[Planned]] = {}
        for announcement, run, rows in self.wheel.pop(until_s):
            due.setdefault(announcement, []).append(rows)
            self._plans[announcement].settle(run, self.journal)
        return due

    def take_new(self) -> list[Plan]:
        """Return the plans that came since the last call."""
        new, self._new = self._new, []
        return [plan for plan in new if self._plans.get(plan.announcement) is plan]

    def note_window(self, plan: Plan) -> None:
        """Remember when the window of a plan that is filled now ends."""
        heappush(self._ends, (plan.window(0).last_s, plan.announcement))

    def ending(self, before_ms: int) -> list[Plan]:
        """Return, once each, the open plans whose window ends before `before_ms`, epoch ms."""
        ended: dict[int, Plan] = {}
        while self._ends and self._ends[0][0] * 1_000 < before_ms:
            plan = self._plans.get(heappop(self._ends)[1])
            if plan is not None and plan.record.is_open:
                ended[plan.announcement] = plan
        return list(ended.values())

    def started(self, now_ms: int) -> list[Plan]:
        """Return, once each, the plans whose start has come."""
        plans: list[Plan] = []
        while self._starts and self._starts[0][0] <= now_ms:
            plan = self._plans.get(heappop(self._starts)[1])
            if plan is not None:
                plans.append(plan)
        return plans

    def drop(self, plan: Plan) -> None:
        """Forget a plan with all about it."""
        plan.drop(self.journal)
        del self._plans[plan.announcement]
        _unlist(self._by_stream, plan.stream_h, plan)
        _unlist(self._by_host, plan.record.host_h, plan)

    def forget(self, user_h: int) -> None:
        """Forget a user in every plan."""
        for plan in self:
            for run in plan.forget(user_h, self.journal):
                self.wheel.add(plan.announcement, run)

    def invites_before(self, plan: Plan, user_h: U64Array) -> Ints:
        """Return int64[n]: how often users were invited to the plan's stream."""
        count = np.zeros(len(user_h), np.int64)
        for other in self.of_stream(plan.stream_h):
            if other.ledger.invites:
                count += other.ledger.invited(user_h)
        return count

    def reminded(self, plan: Plan, user_h: U64Array) -> Bools:
        """Return bool[n]: who was sent an `attend` for the plan's stream and rung, by any start."""
        done = np.zeros(len(user_h), np.bool_)
        for other in self.of_stream(plan.stream_h):
            if other.rung.name == plan.rung.name and len(other.ledger.attends):
                done |= other.ledger.attends.contains(user_h)
        return done

    def restore(self, records: dict[bytes, bytes], dealt_s: int) -> None:
        """Put the plans back from their records; rows due at `dealt_s` or before are done with.

        What belongs to a rung that is no longer on the ladder is dropped.
        """
        by_kind: dict[bytes, list[tuple[int, int, bytes]]] = {}
        for key in sorted(records):
            self.journal.restored(key)
            place = (int.from_bytes(key[2:10], "big"), int.from_bytes(key[10:14], "big"))
            by_kind.setdefault(key[1:2], []).append((*place, records[key]))
        for _, _, value in by_kind.get(PLAN, []):
            record = msgspec.msgpack.decode(value, type=PlanRecord)
            if record.rung in self._rungs:
                self._put(record)
        for key in sorted(records):
            if int.from_bytes(key[2:10], "big") not in self._plans:
                self.journal.drop(key)
        for kind in (SENT, SAMPLES, RESULTS, RUN):
            for announcement, number, value in by_kind.get(kind, []):
                plan = self._plans.get(announcement)
                if plan is not None:
                    self._restore_block(plan, kind, number, value, dealt_s)
        for plan in self:
            plan.ledger.invites = plan.record.invites

    def _restore_block(
        self, plan: Plan, kind: bytes, number: int, value: bytes, dealt_s: int
    ) -> None:
        if kind == SENT:
            plan.ledger.restore(number, value)
        elif kind == SAMPLES:
            plan.labels.restore(value)
        elif kind == RESULTS:
            plan.labels.restore_results(value)
        else:
            run: PlanRun | None = plan.restore_run(number, value, dealt_s)
            if run is not None:
                self.wheel.add(plan.announcement, run)
                plan.settle(run, self.journal)

    def _put(self, record: PlanRecord) -> Plan:
        plan = Plan(record, self._rungs[record.rung])
        self._plans[plan.announcement] = plan
        self._by_stream.setdefault(plan.stream_h, []).append(plan)
        self._by_host.setdefault(record.host_h, []).append(plan)
        self._new.append(plan)
        heappush(self._starts, (record.start_ts, plan.announcement))
        self.note_window(plan)
        return plan


def _unlist(index: dict[int, list[Plan]], key: int, plan: Plan) -> None:
    index[key].remove(plan)
    if not index[key]:
        del index[key]
