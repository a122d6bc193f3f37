"""Records to be written, with headers, as columns."""

from __future__ import annotations

import numpy as np

from features.headed_records import HeadedRecords
from features.raw_records import RawRecords


def test_headers_are_constant_or_lie_in_the_buffer() -> None:
    """In the order in which they are given, of each record its own."""
    records = RawRecords.of([b"ann", b"bob"], [b"x", None])
    own = (records.key_at + 1, np.array([2, 0]))
    headed = HeadedRecords(records, [("own", own), ("all", b"v1")])
    assert len(headed) == 2
    assert headed.headers_of(0) == [("own", b"nn"), ("all", b"v1")]
    assert headed.headers_of(1) == [("own", b""), ("all", b"v1")]
