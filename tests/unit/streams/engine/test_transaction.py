"""What can be written in a transaction."""

from __future__ import annotations

from features.headed_records import HeadedRecords
from features.raw_records import RawRecords
from streams.engine.transaction import Record, one_by_one


def test_records_and_columns_come_in_the_order_in_which_they_are_given() -> None:
    """Single ones, columns, and columns with headers."""
    one = Record(b"a", None, [("h", b"1")])
    columns = RawRecords.of([b"b", None], [b"2", b"3"])
    headed = HeadedRecords(RawRecords.of([b"c"], [b"4"]), [("h", b"5")])
    assert list(one_by_one([one, columns, headed, one])) == [
        one,
        Record(b"b", b"2"),
        Record(None, b"3"),
        Record(b"c", b"4", [("h", b"5")]),
        one,
    ]
