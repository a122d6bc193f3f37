"""Records to be written, with headers, as columns."""

from __future__ import annotations

import numpy as np

from features.headed_records import HeadedRecords, HeaderColumn
from features.raw_records import RawRecords


def test_headers_are_constant_or_lie_in_the_buffer() -> None:
    """In the order in which they are given, of each record its own."""
    records = RawRecords.of([b"ann", b"bob"], [b"x", None])
    own = (records.key_at + 1, np.array([2, 0]))
    headed = HeadedRecords(records, [("own", own), ("all", b"v1")])
    assert len(headed) == 2
    assert headed.headers_of(0) == [("own", b"nn"), ("all", b"v1")]
    assert headed.headers_of(1) == [("own", b""), ("all", b"v1")]


def _some(names: list[bytes], own: HeaderColumn) -> HeadedRecords:
    records = RawRecords.of(names, [None] * len(names))
    return HeadedRecords(
        records, [("own", own), ("key", (records.key_at, records.key_size)), ("all", b"v1")]
    )


def test_joined_records_keep_their_headers() -> None:
    """Whether they were constant in their chunk, or of each record its own."""
    chunks = [
        _some([b"ann", b"bob"], b"same"),
        _some([b"cleo"], (np.array([1]), np.array([2]))),
        _some([b"dora", b"eve"], b""),
    ]
    joined = HeadedRecords.joined(chunks)
    apart = [chunk.headers_of(place) for chunk in chunks for place in range(len(chunk))]
    assert [joined.headers_of(place) for place in range(len(joined))] == apart
    assert joined.records.keys() == [b"ann", b"bob", b"cleo", b"dora", b"eve"]
    assert joined.records.values() == [None] * 5


def test_what_headers_say_is_counted() -> None:
    """By their bytes, wherever these lie."""
    joined = HeadedRecords.joined([_some([b"ann", b"bob"], b"x"), _some([b"ann"], b"y")])
    assert joined.counted("key") == {b"ann": 2, b"bob": 1}
    assert joined.counted("own") == {b"x": 2, b"y": 1}
    assert _some([b"ann", b"bob"], b"x").counted("own") == {b"x": 2}
