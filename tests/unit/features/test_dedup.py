"""Repeats of events: within one batch, across batches, across restarts."""

from __future__ import annotations

import numpy as np
import pytest

from features.dedup import Dedup
from features.errors import StateVersionError

_WINDOW_MS = 600_000
_DAY_MS = 86_400_000
_BLOCK_MS = 60_000


@pytest.fixture
def dedup() -> Dedup:
    """No event was seen."""
    return Dedup(_WINDOW_MS)


def _fresh(dedup: Dedup, *events: tuple[int, int]) -> list[bool]:
    """Events of one user as (event, ts)."""
    event_h = np.array([event for event, _ in events], np.uint64)
    ts = np.array([ts for _, ts in events], np.int64)
    fresh: list[bool] = dedup.fresh(np.ones(len(events), np.uint64), event_h, ts).tolist()
    return fresh


def test_the_window_is_inclusive_and_two_sided(dedup: Dedup) -> None:
    """Exactly ten minutes from the first is the same event, before and after; beyond is not."""
    assert _fresh(dedup, (1, 0)) == [True]
    assert _fresh(dedup, (1, _WINDOW_MS), (1, -_WINDOW_MS)) == [False, False]
    assert _fresh(dedup, (1, _WINDOW_MS + 1), (1, -_WINDOW_MS - 1)) == [True, True]


def test_repeats_do_not_move_the_window(dedup: Dedup) -> None:
    """The window is that of the first, however many repeats come within it."""
    step = _WINDOW_MS // 2
    assert _fresh(dedup, *[(1, n * step) for n in range(4)]) == [True, False, False, True]


def test_every_first_is_remembered(dedup: Dedup) -> None:
    """An old repeat of an earlier first is one although a later first came between."""
    assert _fresh(dedup, (1, 0), (1, 10_000_000), (1, 20_000_000)) == [True] * 3
    assert _fresh(dedup, (1, 1), (1, 10_000_001), (1, 20_000_001)) == [False] * 3
    assert len(dedup) == 3


def test_ids_are_unique_per_user_only(dedup: Dedup) -> None:
    """The same event id of another user is another event."""
    users, events = np.array([1, 2, 1], np.uint64), np.array([5, 5, 5], np.uint64)
    assert dedup.fresh(users, events, np.zeros(3, np.int64)).tolist() == [True, True, False]


def test_no_block_is_larger_than_a_record_may_be(dedup: Dedup) -> None:
    """After a long absence a partition takes in a hundred thousand events between two commits."""
    ids, ts = np.arange(1, 100_001, dtype=np.uint64), np.zeros(100_000, np.int64)
    dedup.fresh(ids[:5], ids[:5], ts[:5])
    first = dedup.take_block(now=0)
    assert first is not None
    records = dict([first])
    assert dedup.fresh(ids, ids, ts).sum() == 99_995
    while (block := dedup.take_block(now=1)) is not None:
        records[block[0]] = block[1]
    assert sorted(records) == [0, 1, 2, 3]
    assert max(map(len, records.values())) < 1 << 20
    other = Dedup(_WINDOW_MS)
    for number, record in records.items():
        other.restore_block(number, record)
    for one in (dedup, other):
        one.drop_block(3)
        assert len(one) == 3 * 32_768
        assert one.fresh(ids, ids, ts).sum() == 100_000 - 3 * 32_768


def test_a_restart_forgets_nothing(dedup: Dedup) -> None:
    """All firsts, of old and new blocks, are known again after a restore."""
    records = {}
    for start in range(0, 3000, 500):
        _fresh(dedup, *[(event, 0) for event in range(start, start + 500)], (start, 9_999_999))
        block = dedup.take_block(now=start)
        assert block is not None
        records[block[0]] = block[1]
    other = Dedup(_WINDOW_MS)
    for number in reversed(records):
        other.restore_block(number, records[number])
    assert len(other) == len(dedup) == 3006
    assert not any(_fresh(other, *[(event, 5) for event in range(3000)], (500, 9_999_990)))
    assert other.take_block(now=0) is None
    assert _fresh(other, (7777, 0)) == [True]
    taken = other.take_block(now=4000)
    assert taken is not None
    assert taken[0] not in records or len(taken[1]) > len(records[taken[0]])


def test_small_blocks_are_written_on(dedup: Dedup) -> None:
    """A quiet partition does not leave a record for each commit; a minute closes a block."""
    numbers = []
    for commit in range(240):
        _fresh(dedup, (commit, 0))
        block = dedup.take_block(now=commit * 500)
        assert block is not None
        numbers.append(block[0])
    assert len(set(numbers)) == 2
    assert numbers == sorted(numbers)
    assert dedup.take_block(now=240 * 500) is None


def test_ids_are_forgotten_after_a_day(dedup: Dedup) -> None:
    """Not before 24 h of clock time; the expired blocks are named for their tombstones, once."""
    _fresh(dedup, (1, 0))
    _fresh(dedup, (1, 5_000_000))
    assert dedup.take_block(now=0) is not None
    _fresh(dedup, (2, 0))
    assert dedup.take_block(now=_DAY_MS) is not None
    dedup.expire(_DAY_MS)
    assert dedup.blocks_to_drop() == []
    dedup.expire(_DAY_MS + _BLOCK_MS + 1)
    assert dedup.blocks_to_drop() == [0]
    assert dedup.blocks_to_drop() == []
    assert _fresh(dedup, (1, 0), (2, 0)) == [True, False]


def test_the_later_first_survives_the_earlier(dedup: Dedup) -> None:
    """When the block of an id's first expires, a first of a younger block still counts."""
    _fresh(dedup, (1, 0))
    dedup.take_block(now=0)
    _fresh(dedup, (1, 5_000_000))
    dedup.take_block(now=_DAY_MS)
    dedup.expire(_DAY_MS + _BLOCK_MS + 1)
    assert _fresh(dedup, (1, 5_000_001), (1, 0)) == [False, True]


def test_memory_is_bounded() -> None:
    """Beyond the limit the oldest blocks go, at any age."""
    dedup = Dedup(_WINDOW_MS, most_ids=5000)
    for start in range(0, 20_000, 2000):
        _fresh(dedup, *[(event, 0) for event in range(start, start + 2000)])
        dedup.take_block(now=0)
        dedup.expire(now=0)
    assert len(dedup) == 4000
    assert dedup.blocks_to_drop() == list(range(8))
    assert _fresh(dedup, (0, 0), (19_999, 0)) == [True, False]


def test_a_dropped_block_is_forgotten(dedup: Dedup) -> None:
    """A tombstone that is read back undoes its block, and an unknown number is no error."""
    _fresh(dedup, (1, 0))
    block = dedup.take_block(now=0)
    assert block is not None
    other = Dedup(_WINDOW_MS)
    other.restore_block(*block)
    other.drop_block(block[0])
    other.drop_block(99)
    assert len(other) == 0
    assert _fresh(other, (1, 0)) == [True]


def test_an_unknown_block_is_refused(dedup: Dedup) -> None:
    """The text names the version found and the known one."""
    _fresh(dedup, (1, 0))
    block = dedup.take_block(now=0)
    assert block is not None
    with pytest.raises(StateVersionError, match="version 9, this worker knows 1"):
        Dedup(_WINDOW_MS).restore_block(0, b"\x09" + block[1][1:])
