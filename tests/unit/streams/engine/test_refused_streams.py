"""What was too far ahead when it came stays refused, whoever reads it and however late."""

from __future__ import annotations

from streams.engine.refused_streams import MOST_BOUNDS, RefusedStreams


def _told(refused: RefusedStreams, next_offset: int) -> RefusedStreams:
    """What a worker that starts now makes of what was told."""
    value = refused.take(next_offset)
    assert value is not None
    starter = RefusedStreams()
    starter.tell(value)
    return starter


def test_what_was_refused_keeps_its_bound() -> None:
    """Though the clock is further on when it is read again."""
    refused = RefusedStreams()
    refused.note(3, 100)
    assert _told(refused, 5).bound(3, 900) == 100


def test_what_was_taken_has_no_bound_any_more() -> None:
    """Before the first tick there is none, and a record taken then stays taken."""
    refused = RefusedStreams()
    refused.note(3, 100)
    starter = _told(refused, 5)
    assert [starter.bound(offset, 900) for offset in (0, 4, 5)] == [None, None, 900]


def test_nothing_is_told_twice() -> None:
    """Only what is news is written: new refusals, or a new owner of user partition 0."""
    refused = RefusedStreams()
    assert refused.take(1) is None
    refused.begin_telling()
    assert (refused.take(1) is None, refused.take(2)) == (False, None)
    refused.note(2, 100)
    assert (refused.take(3) is None, refused.take(3)) == (False, None)


def test_what_another_owner_told_is_told_on() -> None:
    """Partition 0 may move; what its owners refused before stays refused."""
    first, second = RefusedStreams(), RefusedStreams()
    first.note(1, 100)
    second.tell(first.take(2) or b"")
    second.note(4, 200)
    starter = _told(second, 5)
    assert [starter.bound(offset, 900) for offset in (1, 2, 4)] == [100, None, 200]


def test_the_newest_are_remembered() -> None:
    """A flood has a bound; what is forgotten is judged by the clock, as what nobody has judged."""
    refused = RefusedStreams()
    for offset in range(3 * MOST_BOUNDS):
        refused.note(offset, 100)
    starter = _told(refused, 3 * MOST_BOUNDS)
    assert starter.bound(2 * MOST_BOUNDS - 1, 900) == 900
    assert starter.bound(2 * MOST_BOUNDS, 900) == 100
