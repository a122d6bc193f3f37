from __future__ import annotations

import pytest

from reminders.start_index import StartIndex


def test_both_ends_are_included() -> None:
    """A stream that starts at either end of the window is in it."""
    index = StartIndex()
    for start in (9, 10, 15, 20, 21):
        index.add(start, f"s{start}")
    assert index.between(10, 20) == ["s10", "s15", "s20"]


def test_ties_are_ordered_by_id() -> None:
    """The order does not depend on arrival."""
    index = StartIndex()
    for name in ("b", "a", "c", ""):
        index.add(5, name)
    assert index.between(5, 5) == ["", "a", "b", "c"]


@pytest.mark.parametrize("count", [10, 1_000])
def test_removal_before_and_after_a_question(count: int) -> None:
    """What waits and what is sorted in can both be taken out."""
    index = StartIndex()
    for n in range(count):
        index.add(n % 7, f"{n:04}")
    index.remove(0, "0000")
    assert len(index.between(0, 6)) == len(index) == count - 1
    index.remove(1, "0001")
    index.add(3, "new")
    assert "0001" not in index.between(0, 6)
    assert len(index) == count - 1
