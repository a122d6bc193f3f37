"""The events that the benchmarks send are what they say they are."""

from __future__ import annotations

import numpy as np
import orjson

from benchmarks.peers.expected import checksum
from benchmarks.speed.events import EVENT_BYTES, TYPES, Flood
from features.decode import decode_interactions
from features.raw_records import RawRecords


def test_all_events_are_valid_and_of_one_length() -> None:
    """Each of 240 bytes, none refused, and their columns are those of the flood."""
    flood = Flood.of(3_000, 50, 1_790_000_000_000, seed=3)
    records = [
        (k, v) for part in flood.records(700) for k, v in zip(part.keys, part.values, strict=True)
    ]
    events = [orjson.loads(value) for _, value in records]
    assert {len(value) for _, value in records} == {EVENT_BYTES}
    _, bad = decode_interactions(
        RawRecords.of([k for k, _ in records], [v for _, v in records]), None
    )
    assert not bad
    assert [event["ts"] for event in events] == flood.ts.tolist()
    assert [event["type"] for event in events] == [TYPES[kind] for kind in flood.kind]
    assert [event["user_id"] for event in events] == [f"user-{user:07d}" for user in flood.user]


def test_the_checksum_is_that_of_counting_one_by_one() -> None:
    """It adds (1 + user) times the new count at each event."""
    flood, wanted = Flood.of(2_000, 30, 0, seed=4), 0
    counts: dict[tuple[int, int], int] = {}
    for cell in zip(flood.user.tolist(), flood.kind.tolist(), strict=True):
        counts[cell] = counts.get(cell, 0) + 1
        wanted += (1 + cell[0]) * counts[cell]
    assert checksum(flood) == wanted


def test_a_missing_event_changes_the_checksum() -> None:
    """So a peer that loses one is found out."""
    flood = Flood.of(2_000, 30, 0, seed=4)
    assert checksum(flood.take(np.arange(1, 2_000))) != checksum(flood)
