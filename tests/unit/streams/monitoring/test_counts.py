"""What a transaction carries is counted by reminders, however they are laid out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from features.decode import Refusals, Rejected, dead_letters
from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from reminders.decision import Decision
from streams.engine.clock import wall_clock_ms
from streams.engine.outbox import Outbox
from streams.engine.topic_names import TopicNames
from streams.monitoring import metrics
from streams.monitoring.counts import Counts
from streams.monitoring.meter import Meter


def _group(count: int, send_ts: int) -> Any:
    return SimpleNamespace(send_ts=np.full(count, send_ts))


def _rendered(count: int) -> HeadedRecords:
    return HeadedRecords(RawRecords.of([b"ann"] * count, [b"{}"] * count), [])


def test_every_reminder_of_a_group_is_counted_and_timed() -> None:
    """A group is one chunk of columns, and as many reminders as it has users."""
    meter = Meter()
    counts = Counts(meter, TopicNames.with_prefix("p."), simulated_time=False)
    long_ago = wall_clock_ms() - 1_000_000
    groups = [_group(3, long_ago), _group(2, long_ago)]
    decision = Decision(groups=groups, suppressed={})
    outbox = Outbox(offsets={}, clock_ts=0, reminders=[_rendered(3), _rendered(2)])
    for _ in range(2):
        counts.decided(0, decision)
        counts.committed(0, outbox, 0.1)
    assert meter.value(metrics.SENT) == 10
    (found,) = [one for one in meter.collect() if one.name == metrics.PUNCTUALITY.name]
    timed = {sample.name: sample.value for sample in found.samples if not sample.labels}
    assert timed[f"{metrics.PUNCTUALITY.name}_count"] == 10
    assert timed[f"{metrics.PUNCTUALITY.name}_sum"] >= 10 * 1_000


def test_bad_records_are_counted_by_code() -> None:
    """Once their dead letters are visible."""
    meter = Meter()
    counts = Counts(meter, TopicNames.with_prefix("p."), simulated_time=False)
    rows = RawRecords.of([b"a", b"b", b"c"], [b"", b"", b""])
    codes = ["not_json", "empty_id", "not_json"]
    bad = [Rejected(place, code, "…") for place, code in enumerate(codes)]
    letters = dead_letters(Refusals.of(bad), rows, ("p.interactions", 0), 0)
    counts.committed(0, Outbox(offsets={}, clock_ts=0, dead_letters=[letters]), 0.1)
    assert meter.value(metrics.BAD_RECORDS, "not_json") == 2
    assert meter.value(metrics.BAD_RECORDS, "empty_id") == 1
