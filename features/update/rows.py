"""Rows of a table taken out, changed together and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from features.hashing import IntArray
from features.row import ROW, Rows
from features.user_table import UserTable

__all__ = ["borrow_rows"]

_OPAQUE = np.dtype((np.void, ROW.itemsize))


@contextmanager
def borrow_rows(users: UserTable, slots: IntArray) -> Iterator[Rows]:
    """Lend a copy of the rows of `slots` (int64[n], unique), then put it back as changed.

    One contiguous block: each row comes from memory once, whatever is then done to its fields.
    Copied as opaque bytes, which NumPy does eight times faster than field by field.
    """
    stored = users.rows.view(_OPAQUE)
    rows = stored.take(slots).view(ROW)
    yield rows
    stored.put(slots, rows.view(_OPAQUE))
    users.mark(slots)
