"""What the engine counts: a few calls a batch, a decision or a transaction, none an event."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from features.raw_records import RawRecords
from online_models.arrays import Ints
from streams.engine.clock import wall_clock_ms
from streams.engine.outgoing import record_count
from streams.engine.topic_names import TopicNames
from streams.monitoring import metrics
from streams.monitoring.meter import Meter

if TYPE_CHECKING:
    from reminders.decision import Decision
    from streams.engine.outbox import Outbox

__all__ = ["Counts"]


class Counts:
    """Told by every partition of a worker what it did; the calls are cheap and never fail.

    Parameters
    ----------
    simulated_time : whether time is what ticks say; then no reminder can be late by the wall clock.
    """

    def __init__(self, meter: Meter, topics: TopicNames, *, simulated_time: bool) -> None:
        self._meter = meter
        self._simulated_time = simulated_time
        self._short = {
            topics.profiles: "profiles",
            topics.interactions: "interactions",
            topics.feedback: "feedback",
        }
        self._uncommitted: dict[int, deque[Ints]] = {}

    def arrived(self, topic: str, records: RawRecords) -> None:
        """Note how old records are that count in every decision from now on, by full topic name."""
        age_ms = wall_clock_ms() - records.timestamp[records.timestamp >= 0]
        self._meter.observe(metrics.FRESHNESS, np.maximum(age_ms, 0) / 1e3, self._short[topic])

    def applied(self, taken: Mapping[str, RawRecords]) -> None:
        """Count records that are in memory now, by full topic name."""
        for topic, records in taken.items():
            if len(records):
                self._meter.add(metrics.RECORDS, len(records), self._short[topic])

    def heard(self, streams: int) -> None:
        """Count records of `streams`, which every worker reads whole."""
        self._meter.add(metrics.RECORDS, streams, "streams")

    def decided(self, partition: int, decision: Decision) -> None:
        """Count what one decision planned, found due and held back."""
        self._meter.add(metrics.PLANNED, decision.planned)
        self._meter.add(metrics.DUE, decision.due)
        self._meter.add(metrics.HELD_OUT, sum(map(len, decision.held_out)))
        for reason, count in decision.suppressed.items():
            self._meter.add(metrics.SUPPRESSED, count, reason)
        if not self._simulated_time:
            waiting = self._uncommitted.setdefault(partition, deque())
            waiting.extend(group.send_ts for group in decision.groups)

    def committed(self, partition: int, outbox: Outbox, took_s: float) -> None:
        """Count what one transaction wrote, now that it is visible."""
        self._meter.observe(metrics.TRANSACTIONS, np.array([took_s]))
        sent = record_count(outbox.reminders)
        self._meter.add(metrics.SENT, sent)
        if sent and not self._simulated_time:
            late_ms = wall_clock_ms() - self._take_send_ts(partition, sent)
            self._meter.observe(metrics.PUNCTUALITY, np.maximum(late_ms, 0) / 1e3)
        for letters in outbox.dead_letters:
            for code, count in letters.counted("error_code").items():
                self._meter.add(metrics.BAD_RECORDS, count, code.decode())

    def failed(self, partition: int, reason: str) -> None:
        """Count a transaction that came to nothing: `fenced` or `unanswered`."""
        self._uncommitted.pop(partition, None)
        self._meter.add(metrics.FAILED_TRANSACTIONS, 1, reason)

    def learned(self, examples: int) -> None:
        """Count examples that the trainer has learned from."""
        self._meter.add(metrics.LEARNED, examples)

    def neighbours_told(self) -> None:
        """Count a record about a host's neighbours that was taken."""
        self._meter.add(metrics.NEIGHBOUR_UPDATES, 1)

    def _take_send_ts(self, partition: int, count: int) -> Ints:
        """The send times of the oldest `count` reminders that were decided and not committed."""
        waiting = self._uncommitted.get(partition, deque())
        taken = [np.empty(0, np.int64)]
        while count > 0 and waiting:
            send_ts = waiting.popleft()
            if len(send_ts) > count:
                waiting.appendleft(send_ts[count:])
            taken.append(send_ts[:count])
            count -= len(taken[-1])
        return np.concatenate(taken)
