"""Raw records that wait to be applied."""

from __future__ import annotations

from streams.engine.buffers import RecordBuffer
from streams.raw.single_records import in_columns
from streams.testing import MemoryRecord


def _buffer(*chunks: tuple[int, ...]) -> RecordBuffer:
    buffer = RecordBuffer()
    for offsets in chunks:
        buffer.extend(in_columns([MemoryRecord(at, b"k%d" % at, None) for at in offsets]), 0)
    return buffer


def test_records_that_are_known_are_left_out() -> None:
    """Only records from `next_offset` on are appended."""
    buffer = RecordBuffer()
    buffer.extend(in_columns([MemoryRecord(at, b"k%d" % at, None) for at in (3, 4, 5)]), 4)
    taken = buffer.take_all()
    assert (taken.offset.tolist(), taken.keys(), taken.values()) == (
        [4, 5],
        [b"k4", b"k5"],
        [None, None],
    )


def test_nothing_to_append() -> None:
    """No records, or only known ones, leave the buffer empty and false."""
    buffer = RecordBuffer()
    buffer.extend(in_columns([]), 4)
    buffer.extend(in_columns([MemoryRecord(3, None, None)]), 4)
    assert not buffer
    assert len(buffer.take_all()) == 0


def test_taking_splits_at_an_offset() -> None:
    """What lies before the end is taken, the rest stays; an end in a hole is as good."""
    buffer = _buffer((1,), (2, 5), (9,))
    assert len(buffer) == 4
    assert buffer.take_until(4).offset.tolist() == [1, 2]
    assert buffer.take_until(5).offset.tolist() == []
    taken = buffer.take_until(9)
    assert (taken.offset.tolist(), taken.keys()) == ([5], [b"k5"])
    assert buffer.take_all().offset.tolist() == [9]
    assert len(buffer) == 0


def test_the_memory_of_what_waits_is_told() -> None:
    """It decides when to apply it before anybody asks."""
    buffer = _buffer((1,), (2, 5))
    assert buffer.nbytes == 3 * len(b"k1")
    buffer.take_all()
    assert buffer.nbytes == 0
