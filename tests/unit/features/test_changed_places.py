"""The places of a table that have changed."""

from __future__ import annotations

import numpy as np

from features.changed_places import ChangedPlaces


def test_each_place_is_taken_once() -> None:
    """In the order of adding; one that was discarded and added again is in."""
    changed = ChangedPlaces(8)
    changed.add(np.array([6, 2, 6]))
    changed.discard(np.array([6, 7]))
    changed.add(np.array([1, 6]))
    assert changed.take().tolist() == [6, 2, 1]
    assert changed.take().tolist() == []


def test_what_is_taken_stays_as_it_was() -> None:
    """Later changes do not reach it, and a place taken can be added again."""
    changed = ChangedPlaces(8)
    changed.add(np.array([3]))
    taken = changed.take()
    changed.add(np.array([5, 3]))
    assert taken.tolist() == [3]
    assert changed.take().tolist() == [5, 3]


def test_what_is_listed_stays_in() -> None:
    """A look at what has changed takes nothing away."""
    changed = ChangedPlaces(8)
    changed.add(np.array([6, 2, 6]))
    changed.discard(np.array([2]))
    assert changed.listed().tolist() == [6]
    changed.add(np.array([3]))
    assert changed.take().tolist() == [6, 3]


def test_there_is_room_for_all_places() -> None:
    """Beyond the first room of the list, and after the table has grown."""
    changed = ChangedPlaces(10)
    changed.extend(20_000)
    changed.add(np.arange(19_999, -1, -1))
    assert changed.take().tolist() == list(range(19_999, -1, -1))
