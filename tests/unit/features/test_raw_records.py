"""Records as columns over one buffer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.raw_records import NO_TIMESTAMP, RawRecords


def test_gives_back_what_was_laid_out() -> None:
    """Empty and null keys and values stay apart."""
    keys, values = [b"ann", b"", None], [b"{}", None, b""]
    records = RawRecords.of(keys, values)
    assert (records.keys(), records.values()) == (keys, values)


def test_joining_chunks_keeps_bytes_and_offsets() -> None:
    """Positions follow their chunk's place in the joined buffer."""
    chunks = [RawRecords.of([b"a"], [b"xy"], 3), RawRecords.of([b"bc", None], [None, b"z"], 9)]
    joined = RawRecords.joined(chunks)
    assert joined.keys() == [b"a", b"bc", None]
    assert joined.values() == [b"xy", None, b"z"]
    assert joined.offset.tolist() == [3, 9, 10]


def test_no_chunks_are_no_records() -> None:
    """Nothing joined is empty."""
    assert len(RawRecords.joined([])) == 0


def test_between_cuts_by_offset_across_holes() -> None:
    """Offsets that do not exist cut where they would lie."""
    joined = RawRecords.joined([RawRecords.of([b"a"], [b"1"], 3), RawRecords.of([b"b"], [b"2"], 9)])
    assert joined.between(4, 100).keys() == [b"b"]
    assert joined.between(0, 9).keys() == [b"a"]


def test_timestamps_follow_their_records() -> None:
    """Through joining and cutting; where nobody knew one there is none."""
    dated = replace(RawRecords.of([b"a", b"b"], [None, None], 3), timestamp=np.array([70, 80]))
    joined = RawRecords.joined([dated, RawRecords.of([b"c"], [None], 5)])
    assert joined.timestamp.tolist() == [70, 80, NO_TIMESTAMP]
    assert joined.between(4, 6).timestamp.tolist() == [80, NO_TIMESTAMP]
