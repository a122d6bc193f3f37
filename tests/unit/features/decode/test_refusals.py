from __future__ import annotations

import numpy as np

from features.decode import Refusals, Rejected

FIRST = [Rejected(4, "not_json", "中"), Rejected(1, "empty_id", "é \ud800")]
SECOND = [Rejected(3, "not_json", "中"), Rejected(0, "key_missing", "")]


def test_what_is_laid_out_is_read_back() -> None:
    """In order, by place, and with half a surrogate pair replaced."""
    refusals = Refusals.of(FIRST)
    assert list(refusals) == [FIRST[0], Rejected(1, "empty_id", "é ?")]
    assert refusals[1].text == "é ?"
    assert not Refusals.of([])


def test_parts_are_merged_by_position() -> None:
    """Parts that are empty do no harm."""
    merged = Refusals.merged([Refusals.of([]), Refusals.of(FIRST), Refusals.of(SECOND)])
    assert [(one.position, one.code) for one in merged] == [
        (0, "key_missing"),
        (1, "empty_id"),
        (3, "not_json"),
        (4, "not_json"),
    ]
    assert [one.text for one in merged] == ["", "é ?", "中", "中"]
    assert not Refusals.merged([])


def test_positions_move_with_their_batch() -> None:
    """Records picked from a batch are where they were in it."""
    moved = Refusals.of(FIRST).moved(np.array([10, 11, 12, 13, 14]))
    assert [one.position for one in moved] == [14, 11]
    assert [one.text for one in Refusals.alike(np.array([7, 9]), "not_json", "x")] == ["x", "x"]
