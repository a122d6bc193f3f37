"""Rules that a record's key and `ts` keep, on every input."""

from __future__ import annotations

from collections.abc import Sequence

from features.decode.rejected import Rejected, explain, shown

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
        text = f"the record has no key; send its `{field}` ({shown(name)}) as the key"
        return Rejected(position, "key_missing", text)
    text = (
        f"the record's key is {shown(key)} but its `{field}` is {shown(name)}; "
        f"send the bare `{field}` in UTF-8 as the key"
    )
    return Rejected(position, "key_mismatch", text)


def future(position: int, ts: int, latest_ts: int | None) -> Rejected | None:
    """Refuse a `ts` after `latest_ts` (None: no bound)."""
    if latest_ts is None or ts <= latest_ts:
        return None
    got = f"{ts}, {ts - latest_ts} ms too far ahead"
    send = f"epoch milliseconds in UTC, at most {latest_ts} by now"
    return explain(position, "future_ts", "ts", got, send)
