"""What decisions are to be told of: once each, also after a restart."""

from __future__ import annotations

import numpy as np
import pytest

from features.errors import StateVersionError
from features.signal_log import SignalLog

Records = dict[bytes, bytes | None]


def told(log: SignalLog) -> list[int]:
    """Return the hashes of the users of whom a decision is told."""
    return [int(user_h) for user_h in log.take()["user_h"]]


def add(log: SignalLog, *user_h: int) -> None:
    """Note a signal a user."""
    log.add(1, np.array(user_h, np.uint64), 9)


def restored(records: Records) -> SignalLog:
    """Read the records back, in any order."""
    log = SignalLog()
    for key, record in reversed(records.items()):
        log.restore(key, record)
    return log


def test_signals_of_several_commits_are_told_once() -> None:
    """Each commit writes what is new; what a decision has taken is taken back."""
    log, records = SignalLog(), Records()
    for users in ((1, 2), (3,), ()):
        add(log, *users)
        records.update(log.take_changed())
    assert log.take_changed() == []
    assert sorted(told(restored(records))) == [1, 2, 3]
    add(log, 4)
    assert told(log) == [1, 2, 3, 4]
    records.update(log.take_changed())
    assert told(restored(records)) == told(log) == []


def test_what_comes_after_a_decision_takes_the_place_of_what_came_before() -> None:
    """A key is written once in a commit, be it a tombstone or a record."""
    log, records = SignalLog(), Records()
    add(log, 1)
    records.update(log.take_changed())
    assert told(log) == [1]
    add(log, 2)
    changed = log.take_changed()
    assert len(changed) == len(dict(changed)) == 1
    records.update(changed)
    again = restored(records)
    add(again, 3)
    records.update(again.take_changed())
    assert sorted(told(restored(records))) == [2, 3]


def test_a_decision_without_a_commit_between_leaves_no_record() -> None:
    """Which is how it goes on the clock of a topic."""
    log = SignalLog()
    add(log, 1)
    assert told(log) == [1]
    assert log.take_changed() == []


def test_a_record_of_another_release_is_refused() -> None:
    """Rather than read as something else."""
    with pytest.raises(StateVersionError, match="signals that are not of 17 bytes"):
        SignalLog().restore(b"\0\0\0\0", b"x" * 16)
