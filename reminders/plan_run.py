"""A block of planned reminders: who is to be reminded when, sorted for lookups and for time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import U64Array
from online_models.arrays import Bools, Ints
from reminders.hash_set import in_sorted
from reminders.quiet_hours import NEVER_S
from reminders.time_order import by_time

__all__ = ["LEVEL_SHIFT", "ON_TRIAL", "PLANNED", "RANDOM_MINUTE", "PlanRun", "Planned"]

RANDOM_MINUTE, ON_TRIAL, LEVEL_SHIFT = 1, 2, 2
"""Bits of `explore`: the minute was drawn evenly; planned on trial (`reminders.trials`), whose
level is in the six bits above."""

PLANNED = np.dtype(
    [
        ("user_h", "<u8"),
        ("due_s", "<u4"),  # epoch seconds
        ("propensity", "<f4"),  # of the slot of time
        ("explore", "u1"),  # the bits above
    ]
)
Planned = npt.NDArray[np.void]


class PlanRun:
    """Rows of dtype `PLANNED` of one plan, which leave it once: in the order of their due time.

    A run is written to the changelog when it is made, and then no more: what has left it is
    known from how far time has come.

    Attributes
    ----------
    number
        Its place among the runs of its plan.
    rows
        dtype `PLANNED`, ascending by `user_h`.
    retired
        Whether its rows live on in another run.
    """

    def __init__(self, number: int, rows: Planned) -> None:
        self.number = number
        self.rows = rows[np.argsort(rows["user_h"])]
        self.retired = False
        self._hashes: U64Array = np.ascontiguousarray(self.rows["user_h"])
        due: Ints = self.rows["due_s"].astype(np.int64)
        self._order = by_time(due)
        self._due = due[self._order]
        self._at = 0

    def __len__(self) -> int:
        return len(self._order) - self._at

    @property
    def next_due_s(self) -> int:
        """When the next row is due, epoch seconds; the run must not be empty."""
        return int(self._due[self._at])

    def pop(self, until_s: int) -> Planned:
        """Take out what is due at `until_s` or before, ascending by (due, user hash)."""
        end = int(np.searchsorted(self._due, until_s, side="right"))
        begin, self._at = self._at, max(end, self._at)
        return self.rows[self._order[begin : self._at]]

    def skip(self, until_s: int) -> None:
        """Take out what is due at `until_s` or before, unseen: a restart does not repeat it."""
        self.pop(until_s)

    def pending(self) -> Planned:
        """Return the rows that are still in."""
        return self.rows[np.sort(self._order[self._at :])]

    def holds(self, user_h: U64Array) -> Bools:
        """Return bool[n]: which users have a row that is still in."""
        return np.asarray(self.due_of(user_h) != NEVER_S)

    def due_of(self, user_h: U64Array) -> Ints:
        """Return int64[n]: when each user's row is due that is still in, −1 without one."""
        if not len(self):
            return np.full(len(user_h), NEVER_S)
        at = np.minimum(np.searchsorted(self._hashes, user_h), len(self._hashes) - 1)
        due: Ints = self.rows["due_s"][at].astype(np.int64)
        held = (self._hashes[at] == user_h) & (due >= self.next_due_s)
        return np.where(held, due, NEVER_S)

    def without(self, user_h: int) -> PlanRun | None:
        """Return the run of the pending rows less the user's; None when the user has no row."""
        if not in_sorted(self._hashes, np.array([user_h], np.uint64))[0]:
            return None
        pending = self.pending()
        return PlanRun(self.number, pending[pending["user_h"] != np.uint64(user_h)])
