"""Rows of a table taken out, changed together and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from features.hashing import IntArray
from features.opaque import put_structs, take_structs
from features.row import Rows
from features.user_table import UserTable

__all__ = ["borrow_rows"]


@contextmanager
def borrow_rows(users: UserTable, slots: IntArray) -> Iterator[Rows]:
    """Lend a copy of the rows of `slots` (int64[n], unique), then put it back as changed.

    One contiguous block: each row comes from memory once, whatever is then done to its fields.
    """
    rows = take_structs(users.rows, slots)
    yield rows
    put_structs(users.rows, slots, rows)
    users.mark(slots)
