"""Which copies users were shown last, and how long ago."""

from __future__ import annotations

import numpy as np

from features.hashing import hash64_many
from features.row import Rows, blank_row
from features.shown import NOWHERE, last_shown, note_shown

HOUR_MS = 3_600_000
COPIES = hash64_many(["a", "b", "c"])
NOON = 1_790_000_000_000


def _rows() -> Rows:
    return np.repeat(blank_row((0, 0)), 2)


def _show(rows: Rows, slot: int, copy: int, hour: int) -> None:
    send_ts = np.array([NOON + hour * HOUR_MS])
    note_shown(rows, np.array([slot]), COPIES[[copy]], send_ts)


def _told(rows: Rows, hour: int) -> list[tuple[list[int], list[int]]]:
    slots = np.arange(2)
    place, hours = last_shown(rows, slots, COPIES, np.full(2, NOON + hour * HOUR_MS))
    return list(zip(place.tolist(), hours.tolist(), strict=True))


def test_the_last_two_are_known_newest_first() -> None:
    """Of each user by itself; the third is forgotten."""
    rows = _rows()
    for hour, copy in enumerate((0, 1, 2)):
        _show(rows, 1, copy, hour)
    assert _told(rows, 10) == [([NOWHERE, NOWHERE], [0, 0]), ([2, 1], [8, 9])]


def test_a_copy_that_is_repeated_is_kept_once() -> None:
    """With its last showing; what was between stays."""
    rows = _rows()
    for hour, copy in enumerate((0, 1, 0)):
        _show(rows, 0, copy, hour)
    assert _told(rows, 3)[0] == ([0, 1], [1, 2])


def test_a_copy_that_is_not_asked_for_is_nowhere() -> None:
    """Only the given copies have a place."""
    rows = _rows()
    note_shown(rows, np.array([0]), hash64_many(["other"]), np.array([NOON]))
    _show(rows, 0, 1, 1)
    assert _told(rows, 1)[0] == ([1, NOWHERE], [0, 0])


def test_hours_go_on_where_16_bits_end() -> None:
    """Shown in the last hour that 16 bits count, asked for in the next."""
    rows = _rows()
    last = 65_535 * HOUR_MS
    note_shown(rows, np.array([0]), COPIES[[0]], np.array([last]))
    _, hours = last_shown(rows, np.array([0]), COPIES, np.array([last + 2 * HOUR_MS]))
    assert hours[0, 0] == 2
