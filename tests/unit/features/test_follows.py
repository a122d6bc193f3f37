"""Follows and unfollows of hosts."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import StateVersionError
from features.follows import FOLLOWING, Follows
from features.hashing import hash64
from features.pair_records import pair_keys
from features.raw_records import RawRecords
from features.row import NEVER
from features.texts import Texts
from features.user_ids import UserIds

_ANCHOR, _OTHER = hash64("anchor"), hash64("other")
_IDS = UserIds()
_IDS.extend(3)
_IDS.put(np.arange(3), Texts.of(["ann", "bob", "eve"]))


def _written(follows: Follows) -> list[tuple[bytes, bytes | None]]:
    return RawRecords.joined(follows.take_changed(_IDS)).pairs()


@pytest.fixture
def follows() -> Follows:
    """Nobody follows anybody."""
    return Follows()


def _set(follows: Follows, slot: int, host: int, ts: int, *, on: bool) -> None:
    follows.set_many(np.array([slot]), np.array([host], np.uint64), np.array([ts]), np.array([on]))


def test_the_later_word_counts(follows: Follows) -> None:
    """An unfollow beats every older follow, whichever arrives first; arrival breaks ties."""
    _set(follows, 0, _ANCHOR, 20, on=False)
    _set(follows, 0, _ANCHOR, 10, on=True)
    assert not follows.following(np.array([0]), _ANCHOR)[0]
    _set(follows, 0, _ANCHOR, 20, on=True)
    assert follows.following(np.array([0]), _ANCHOR)[0]


def test_one_batch_counts_like_many(follows: Follows) -> None:
    """Inside a batch too the later `ts` wins, and the later arrival at equal ones."""
    slots, hosts = np.zeros(3, np.int64), np.full(3, _ANCHOR, np.uint64)
    follows.set_many(slots, hosts, np.array([5, 9, 9]), np.array([True, False, True]))
    assert follows.following(np.array([0]), _ANCHOR)[0]
    follows.set_many(slots, hosts, np.array([12, 11, 10]), np.array([False, True, True]))
    assert not follows.following(np.array([0]), _ANCHOR)[0]


def test_followers_are_found_by_host(follows: Follows) -> None:
    """Who unfollowed is none, but their pair is remembered."""
    _set(follows, 0, _ANCHOR, 1, on=True)
    _set(follows, 1, _ANCHOR, 1, on=True)
    _set(follows, 1, _ANCHOR, 2, on=False)
    _set(follows, 2, _OTHER, 1, on=True)
    assert follows.followers(_ANCHOR).tolist() == [0]
    assert sorted(follows.slots_with(_ANCHOR).tolist()) == [0, 1]
    assert len(follows) == 3


def test_a_pair_that_is_not_there_reads_as_default(follows: Follows) -> None:
    """Lookups never fail and never create."""
    found = follows.lookup(np.array([0, 1]), np.array([_ANCHOR, _OTHER], np.uint64))
    assert found.tolist() == [(NEVER, 0)] * 2
    assert len(follows) == 0


def test_only_switches_are_signalled(follows: Follows) -> None:
    """A repeated follow is no news, nor an unfollow, nor a removed user."""
    _set(follows, 0, _ANCHOR, 1, on=True)
    _set(follows, 0, _ANCHOR, 2, on=True)
    _set(follows, 1, _ANCHOR, 2, on=False)
    _set(follows, 2, _ANCHOR, 3, on=True)
    _set(follows, 0, _ANCHOR, 4, on=False)
    follows.remove_slots(np.array([2]), _IDS)
    signals = follows.take_signals()
    assert signals.slots.tolist() == [0]
    assert signals.targets.tolist() == [_ANCHOR]
    assert len(follows.take_signals().slots) == 0


def test_nothing_changed_is_nothing_to_write(follows: Follows) -> None:
    """The same event again, or an older one, leaves no record behind."""
    _set(follows, 0, _ANCHOR, 5, on=True)
    assert len(_written(follows)) == 1
    _set(follows, 0, _ANCHOR, 5, on=True)
    _set(follows, 0, _ANCHOR, 4, on=False)
    assert follows.take_changed(_IDS) == []


def test_a_removed_user_leaves_tombstones(follows: Follows) -> None:
    """Every pair of theirs and no other; a pair made anew in their place beats its tombstone."""
    _set(follows, 0, _ANCHOR, 1, on=True)
    _set(follows, 0, _OTHER, 1, on=True)
    _set(follows, 1, _ANCHOR, 1, on=True)
    follows.take_changed(_IDS)
    follows.remove_slots(np.array([0]), _IDS)
    assert not follows.following(np.array([0]), _ANCHOR)[0]
    _set(follows, 0, _ANCHOR, 3, on=True)
    changed = _written(follows)
    assert [key[10:] for key, _ in changed] == [b"ann", b"ann"]
    assert [record is None for _, record in changed] == [True, False]
    assert sorted(follows.followers(_ANCHOR).tolist()) == [0, 1]


def test_records_restore_at_other_slots(follows: Follows) -> None:
    """Keys carry the user's id, so that it does not matter where they are kept."""
    _set(follows, 1, _ANCHOR, 7, on=True)
    (records,) = follows.take_changed(_IDS)
    other = Follows()
    user_ids, targets = pair_keys(records)
    other.restore(np.array([5]), targets, records)
    assert user_ids.strings() == ["bob"]
    assert other.lookup(np.array([5]), _ANCHOR).tolist() == [(7, FOLLOWING)]
    assert other.take_changed(_IDS) == []
    records.value_size[:] -= 1
    with pytest.raises(StateVersionError, match="not of 9 bytes"):
        other.restore(np.array([5]), targets, records)


def test_the_table_grows(follows: Follows) -> None:
    """Beyond the first room every pair is still found."""
    count = 200_000
    slots, hosts = np.arange(count) % 1000, np.arange(1, count + 1, dtype=np.uint64)
    follows.set_many(slots, hosts, np.arange(count), np.ones(count, np.bool_))
    assert follows.following(slots, hosts).all()
    assert len(follows) == count
