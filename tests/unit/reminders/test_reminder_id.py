from __future__ import annotations

import numpy as np

from features.hashing import hash64, hash64_many
from reminders.reminder_id import announcement_h, hash_digits, join_id, split_id, split_ids


def test_ids_are_stable() -> None:
    """The same reminder has the same id in every process and release."""
    identity = join_id(announcement_h("stream-1", "24h", 1_700_000_000_000), hash64("user-1"))
    assert identity == "b7c73dcfb15d5e0c7c7615c11438e5c9"


def test_columns_equal_the_single_form() -> None:
    """The ids of many users are those of each."""
    users = hash64_many([f"user-{n}" for n in range(100)])
    announcement = announcement_h("s", "2h", 5)
    expected = [join_id(announcement, user) for user in users.tolist()]
    digits = hash_digits(users).decode()
    own = hash_digits(np.array([announcement], np.uint64)).decode()
    assert [own + digits[at : at + 16] for at in range(0, len(digits), 16)] == expected
    assert len(set(expected)) == 100


def test_no_users_no_ids() -> None:
    """An empty column stays empty."""
    assert hash_digits(np.empty(0, np.uint64)) == b""


def test_what_differs_has_another_announcement() -> None:
    """Stream, rung and start each count, and where one ends and the next begins."""
    spelled = [("s", "2h", 1), ("s", "2h", 11), ("s", "15m", 1), ("t", "2h", 1), ("2h:s", "", 1)]
    assert len({announcement_h(*parts) for parts in spelled}) == len(spelled)
    assert announcement_h("b", "x:1", 1) != announcement_h("1:b", "x", 1)


def test_splitting_returns_both_hashes() -> None:
    """An id leads back to its announcement and its user, at the ends of the range too."""
    for pair in [(0, 0), (2**64 - 1, 2**64 - 1), (1, 2**63)]:
        assert split_id(join_id(*pair)) == pair


def test_foreign_ids_are_not_ours() -> None:
    """Ids of other systems in feedback are recognised as such, never an error."""
    for foreign in ["", "x" * 32, "A" * 32, "1" * 31, "1" * 33, "+" + "1" * 31, "１" * 32]:
        assert split_id(foreign) is None


def test_a_column_of_ids_splits_at_once() -> None:
    """Ours keep their hashes; missing and foreign ones are marked."""
    announcement, user, ours = split_ids([join_id(2**64 - 1, 7), None, "campaign"])
    assert announcement.tolist() == [2**64 - 1, 0, 0]
    assert user.tolist() == [7, 0, 0]
    assert ours.tolist() == [True, False, False]
