"""Raw records that wait to be applied."""

from __future__ import annotations

from streams.engine.buffers import RecordBuffer
from streams.testing import MemoryRecord


def _buffer(*offsets: int) -> RecordBuffer:
    buffer = RecordBuffer()
    buffer.extend([MemoryRecord(at, b"k%d" % at, b"v%d" % at) for at in offsets], 0)
    return buffer


def test_records_that_are_known_are_left_out() -> None:
    """Only records from `next_offset` on are appended, in columns."""
    buffer = RecordBuffer()
    buffer.extend([MemoryRecord(at, b"k%d" % at, None) for at in (3, 4, 5)], 4)
    assert (buffer.offsets, buffer.keys, buffer.values) == ([4, 5], [b"k4", b"k5"], [None, None])


def test_nothing_to_append() -> None:
    """No records, or only known ones, leave the buffer empty and false."""
    buffer = RecordBuffer()
    buffer.extend([], 4)
    buffer.extend([MemoryRecord(3, None, None)], 4)
    assert not buffer
    assert len(buffer.take_all()) == 0


def test_taking_splits_at_an_offset() -> None:
    """What lies before the end is taken, the rest stays; an end in a hole is as good."""
    buffer = _buffer(1, 2, 5, 9)
    assert buffer.take_until(4).offsets == [1, 2]
    assert buffer.take_until(5).offsets == []
    taken = buffer.take_until(9)
    assert (taken.offsets, taken.keys, taken.values) == ([5], [b"k5"], [b"v5"])
    assert buffer.take_all().offsets == [9]
    assert len(buffer) == 0
