"""Attribution driven by hand: decisions, events and feedback in, funnels out; it can restart."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np

from features.contracts import Intent, StreamRecord
from features.decode import decode_feedback, decode_interactions
from features.hashing import hash64_many
from features.raw_records import RawRecords
from features.state import UserState
from features.texts import Texts
from features.user_table import UserTable
from reminders.attribution import Attribution
from reminders.board import Board
from reminders.cohorts import Cohorts
from reminders.decision import Decision, DueGroup, Opened
from reminders.kpi import Scope
from reminders.kpi_book import FUNNEL_KINDS, FunnelBook
from reminders.ladder import DEFAULT_RUNGS
from reminders.reminder_id import announcement_h

__all__ = ["HOUR", "KpiRun", "group", "stream_record"]

HOUR = 3_600_000
RUNGS = {rung.name: rung for rung in DEFAULT_RUNGS}


def stream_record(stream_id: str, start_ts: int, ts: int = 0, **fields: Any) -> StreamRecord:
    """A scheduled stream of two hours, of a host of its own."""
    said: dict[str, Any] = {"host_id": f"host-{stream_id}", "title": "t", "status": "scheduled"}
    said |= {"end_ts": start_ts + 2 * HOUR}
    return StreamRecord(stream_id=stream_id, start_ts=start_ts, ts=ts, **said | fields)


def group(
    run: KpiRun, stream_id: str, rung: str, intent: Intent, sends: list[tuple[str, int]]
) -> DueGroup:
    """Reminders of one announcement to known users; `sends`: (user, send_ts)."""
    stream = run.board.get(stream_id)
    assert stream is not None
    users = [user for user, _ in sends]
    n = len(users)
    start_ts = stream.record.start_ts or 0
    return DueGroup(
        announcement=announcement_h(stream_id, rung, start_ts),
        stream=stream,
        rung=RUNGS[rung],
        start_ts=start_ts,
        intent=intent,
        slots=run.state.users.slots_of(users, create=True),
        user_h=hash64_many(users),
        user_ids=Texts.of(users),
        send_ts=np.array([ts for _, ts in sends], np.int64),
        score=np.zeros(n),
        value=np.zeros(n),
        design=np.zeros((n, 1)),
        line=np.arange(n),
        priors=np.zeros((n, 5)),
        personal=np.ones(n, np.bool_),
        propensity=np.ones(n),
        explore=np.zeros(n, np.bool_),
        cohort=run.book.cohorts_of(hash64_many(users)),
        strategy=np.zeros(n, np.int64),
        near=None,
        model_version=0,
    )


class KpiRun:
    """One partition's attribution and what it needs.

    Attributes
    ----------
    records : the changelog, newest of each key.
    parts : the newest part of each scope, by key, and None for one that was dropped.
    """

    def __init__(self, cohorts: Cohorts | None = None) -> None:
        self._cohorts = Cohorts() if cohorts is None else cohorts
        self.board = Board(lambda _: np.zeros(32, np.float32))
        self.records: dict[bytes, bytes] = {}
        self.parts: dict[bytes, bytes | None] = {}
        self._events = 0
        self._fresh()

    def restart(self) -> None:
        """Start anew from the changelog."""
        self._fresh()
        mine = [key for key in self.records if key[:2] in FUNNEL_KINDS]
        for key in mine:
            self.book.restore(key, self.records[key])
        others = [key for key in self.records if key not in set(mine)]
        self.state.restore(RawRecords.of(others, [self.records[key] for key in others]))

    def interact(self, *events: dict[str, Any]) -> None:
        """Apply interactions, in one batch: user_id, type, ts, and what it was about."""
        values = [json.dumps({**event, "event_id": self._event_id()}).encode() for event in events]
        keys = [event["user_id"].encode() for event in events]
        cols, bad = decode_interactions(RawRecords.of(keys, values), None)
        assert not bad
        slots = self.state.users.slots_of(cols.user_ids(), create=True)
        self.attribution.interactions(self.state, self.board, cols, slots)

    def answer(self, *events: dict[str, Any]) -> None:
        """Apply feedback of known users, in one batch: user_id, type, ts, reminder_id."""
        values = [json.dumps({**event, "event_id": self._event_id()}).encode() for event in events]
        keys = [event["user_id"].encode() for event in events]
        cols, bad = decode_feedback(RawRecords.of(keys, values), None)
        assert not bad
        slots = self.state.users.slots_of(cols.user_id, create=False)
        known = np.flatnonzero(slots >= 0)
        self.attribution.feedback(self.state, cols.take(known), slots[known])

    def decide(
        self,
        now_ms: int,
        sent: list[DueGroup] | None = None,
        held: list[DueGroup] | None = None,
        opened: list[Opened] | None = None,
    ) -> None:
        """End a tick with a decision, and write down what changed."""
        decision = Decision(sent or [], {}, held or [], opened or [])
        self.attribution.decided(self.state, self.board, decision, now_ms)
        for key, value in [
            *RawRecords.joined(self.state.take_changed(now_ms)).pairs(),
            *self.book.take_changed(),
        ]:
            if value is None:
                self.records.pop(key, None)
            else:
                self.records[key] = value
        self.parts.update(self.book.take_parts(0, now_ms))

    def funnels(self) -> dict[Scope, Counter[str]]:
        """The counts of every scope that are not zero."""
        return {
            scope: Counter(
                {
                    name: getattr(funnel, name)
                    for name in funnel.__struct_fields__
                    if name != "from_ts" and getattr(funnel, name)
                }
            )
            for scope, funnel in self.book
        }

    def _event_id(self) -> str:
        self._events += 1
        return f"e{self._events}"

    def _fresh(self) -> None:
        self.state = UserState(UserTable("Asia/Shanghai", "zh-CN", (1320, 480)), 600_000, 0)
        self.book = FunnelBook(self._cohorts)
        self.attribution = Attribution(self.book)
