"""The record that says how far a partition has come."""

from __future__ import annotations

import msgspec
import pytest

from features.errors import StateVersionError
from streams.engine.meta import META_KEY, PartitionMeta


def test_progress_comes_back_as_it_was() -> None:
    """Offsets, clock and reminders survive the changelog."""
    meta = PartitionMeta(offsets={"a": 5, "b": 0}, clock_ts=12, reminders_end_offset=3)
    assert PartitionMeta.from_bytes(meta.to_bytes()) == meta


def test_another_version_stops_the_worker() -> None:
    """The text says which version came, and what to start instead."""
    newer = msgspec.json.encode({"offsets": {}, "version": 2})
    with pytest.raises(StateVersionError, match="version 2, this worker knows 1: start a worker"):
        PartitionMeta.from_bytes(newer)


def test_another_version_is_told_from_damage_first() -> None:
    """A newer record whose fields have other types still names its version."""
    newer = msgspec.json.encode({"offsets": [["a", 5]], "version": 2})
    with pytest.raises(StateVersionError, match="version 2"):
        PartitionMeta.from_bytes(newer)


def test_the_key_is_no_user() -> None:
    """No user id in UTF-8 can be the key of the progress."""
    with pytest.raises(UnicodeDecodeError):
        META_KEY.decode()
