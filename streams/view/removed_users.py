"""Whom a commit removed: read off what it wrote to the changelog."""

from __future__ import annotations

from collections.abc import Sequence

from streams.engine.transaction import Record

__all__ = ["removed_users"]


def removed_users(records: Sequence[Record]) -> list[str]:
    """Return the users whose rows are tombstones among records of `state`.

    >>> from streams.engine.transaction import Record
    >>> removed_users([Record(b"ann", None), Record(b"bob", b"row"), Record(b"\\xfff1", None)])
    ['ann']
    """
    return [
        record.key.decode()
        for record in records
        if record.value is None and record.key is not None and record.key[:1] != b"\xff"
    ]
