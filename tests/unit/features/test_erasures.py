"""Who was erased, for a day."""

from __future__ import annotations

import numpy as np

from features.erasures import Erasures
from features.hashing import hash64

_ANN = hash64("ann")
_DAY_MS = 86_400_000


def _erased(erasures: Erasures, ts: int) -> bool:
    return bool(erasures.erased(np.array([_ANN], np.uint64), np.array([ts]))[0])


def test_only_older_events_are_dropped() -> None:
    """What has the time of the erasure, or a later one, is another user's."""
    erasures = Erasures(salt=1)
    assert not _erased(erasures, 0)
    erasures.add(_ANN, 100, now=150)
    assert [_erased(erasures, ts) for ts in (99, 100, 101)] == [True, False, False]


def test_a_repeated_erasure_is_no_news() -> None:
    """The same or an older one changes nothing, a later one does."""
    erasures = Erasures(salt=1)
    assert erasures.add(_ANN, 100, now=150)
    assert not erasures.add(_ANN, 100, now=160)
    assert not erasures.add(_ANN, 90, now=160)
    assert erasures.add(_ANN, 101, now=160)
    assert _erased(erasures, 100)


def test_it_is_forgotten_a_day_after_it_arrived() -> None:
    """By the clock, whatever the time of the erasure was; a tombstone follows."""
    erasures = Erasures(salt=1)
    erasures.add(_ANN, 100, now=1000)
    erasures.take_changed()
    erasures.expire(1000 + _DAY_MS)
    assert _erased(erasures, 99)
    assert erasures.take_changed() == []
    erasures.expire(1001 + _DAY_MS)
    assert not _erased(erasures, 99)
    assert [record for _, record in erasures.take_changed()] == [None]


def test_records_restore_and_hide_the_id() -> None:
    """A restored erasure holds; no record holds the user's hash, and another salt finds nothing."""
    erasures = Erasures(salt=1)
    erasures.add(_ANN, 100, now=150)
    ((key, record),) = erasures.take_changed()
    assert record is not None
    assert _ANN.to_bytes(8, "little") not in key + record
    other, stranger = Erasures(salt=1), Erasures(salt=2)
    for copy in (other, stranger):
        copy.restore(key, record)
    assert _erased(other, 99)
    assert not _erased(stranger, 99)
    other.restore(key, None)
    other.restore(key, None)
    assert len(other) == 0
