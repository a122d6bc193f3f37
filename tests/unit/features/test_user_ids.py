"""The arena of user ids: put, read, compared, dropped, cleared."""

from __future__ import annotations

import numpy as np
import pytest

from features.texts import Texts
from features.user_ids import UserIds


def test_ids_of_any_script_and_length_are_read_as_they_were_put() -> None:
    """UTF-8 and the longest id allowed come back, one by one and as a slice."""
    texts = ["ann", "小安", "u" * 65_535, "é"]
    ids = UserIds()
    ids.extend(5)
    ids.put(np.arange(4), Texts.of(texts))
    assert ids[:] == [*texts, None]
    assert [ids[slot] for slot in range(5)] == [*texts, None]
    assert ids.held(np.array([0, 4, 9])).tolist() == [True, False, False]
    with pytest.raises(IndexError):
        ids[5]
    with pytest.raises(ValueError, match="65535 bytes"):
        ids.put(np.array([4]), Texts.of(["u" * 65_536]))


def test_an_id_is_compared_byte_by_byte() -> None:
    """An id is only itself: not a part of it, not one of its length, not nobody's."""
    ids = UserIds()
    ids.extend(3)
    ids.put(np.array([0, 1]), Texts.of(["user-12345", ""]))
    asked = Texts.of(["user-12345", "user-12346", "user-1234", "", "", "user-12345"])
    same = ids.same(np.array([0, 0, 0, 1, 2, -1]), asked)
    assert same.tolist() == [True, False, False, True, False, False]


def test_removed_ids_leave_no_room_behind() -> None:
    """However many users come and go, the arena stays small and the others keep their ids."""
    ids = UserIds()
    ids.extend(1_001)
    ids.put(np.array([1_000]), Texts.of(["stays"]))
    room = ids.nbytes
    names = [f"{number:0900d}" for number in range(1_000)]
    for _ in range(5):
        ids.put(np.arange(1_000), Texts.of(names))
        assert ids.strings(np.array([7, 1_000])) == [names[7], "stays"]
        for slot in range(1_000):
            ids.drop(slot)
    assert ids[:] == [*[None] * 1_000, "stays"]
    assert ids.nbytes <= 2 * room
