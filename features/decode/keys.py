"""Rules that a record's key and `ts` keep, on every input."""

from __future__ import annotations

from collections.abc import Sequence

from features.decode.causes import future_ts, key_mismatch, key_missing
from features.decode.rejected import Rejected, shown

__all__ = ["differing_keys", "future", "key_fault"]


def differing_keys(ids: Sequence[str], keys: Sequence[bytes | None]) -> list[int]:
    """Indices at which the key is not the id in UTF-8; both of the same length."""
    expected = list(map(str.encode, ids))
    if expected == list(keys):
        return []
    return [i for i, key in enumerate(keys) if key != expected[i]]


def key_fault(position: int, field: str, name: str, key: bytes | None) -> Rejected | None:
    """Say what is wrong with a record's key, whose id (`name`) is in `field`."""
    if key == name.encode():
        return None
    if key is None:
        return Rejected(position, *key_missing(field, shown(name)))
    return Rejected(position, *key_mismatch(field, shown(name), shown(key)))


def future(position: int, ts: int, latest_ts: int | None) -> Rejected | None:
    """Refuse a `ts` after `latest_ts` (None: no bound)."""
    if latest_ts is None or ts <= latest_ts:
        return None
    return Rejected(position, *future_ts(str(ts), str(ts - latest_ts), str(latest_ts)))
