"""`clock`: from bytes to one tick."""

from __future__ import annotations

from features.contracts import ClockTick
from features.decode.diagnose import decode_one
from features.decode.record_type import RecordType
from features.decode.rejected import Rejected

__all__ = ["decode_tick"]

_KIND = RecordType(ClockTick)


def decode_tick(value: bytes | None) -> ClockTick | Rejected:
    """Decode one record of `clock`.

    >>> decode_tick(b'{"ts":1700000000000}')
    ClockTick(ts=1700000000000)
    """
    return decode_one(_KIND, value, 0)
