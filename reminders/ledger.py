"""The ledger: who was sent what, so that nobody is sent the same twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.hashing import U64Array
from online_models.arrays import Bools
from reminders.hash_set import HashSet
from reminders.journal import SENT, Journal, plan_key

__all__ = ["SENT_ROW", "Ledger"]

SENT_ROW = np.dtype([("user_h", "<u8"), ("send_s", "<u4"), ("attend", "u1")])
SentRows = npt.NDArray[np.void]

_MERGE_ROWS = 4_096
_BLOCK_ROWS = 32_768
_NO_ROWS = np.zeros(0, SENT_ROW)


class Ledger:
    """All reminders sent of one announcement, in blocks of the changelog.

    Attributes
    ----------
    users, attends
        Whom any reminder, and whom an `attend`, was sent.
    invites
        How many invitations were sent, users since forgotten included.
    """

    def __init__(self, announcement: int) -> None:
        self.users = HashSet()
        self.attends = HashSet()
        self.invites = 0
        self._announcement = announcement
        self._blocks: list[SentRows] = []

    def __len__(self) -> int:
        return len(self.users)

    @property
    def only_attends(self) -> bool:
        """Whether there is something in it, and no invitation."""
        return len(self.users) == len(self.attends) > 0

    def invited(self, user_h: U64Array) -> Bools:
        """Return bool[n]: who was sent an invitation."""
        return self.users.contains(user_h) & ~self.attends.contains(user_h)

    def add(self, rows: SentRows, journal: Journal) -> None:
        """Note reminders that are being sent, dtype `SENT_ROW`, to users not sent any before."""
        self._index(rows)
        self.invites += int(np.count_nonzero(rows["attend"] == 0))
        if self._blocks and len(self._blocks[-1]) + len(rows) <= _MERGE_ROWS:
            self._blocks[-1] = np.concatenate((self._blocks[-1], rows))
            self._write(len(self._blocks) - 1, journal)
            return
        for start in range(0, len(rows), _BLOCK_ROWS):
            self._blocks.append(rows[start : start + _BLOCK_ROWS])
            self._write(len(self._blocks) - 1, journal)

    def restore(self, number: int, value: bytes) -> None:
        """Put a block back; blocks come in the order of their numbers."""
        rows = np.frombuffer(value, SENT_ROW)
        self._blocks.extend(_NO_ROWS for _ in range(number + 1 - len(self._blocks)))
        self._blocks[number] = rows
        self._index(rows)

    def forget(self, user_h: int, journal: Journal) -> bool:
        """Forget what a user was sent; False when nothing was."""
        if not self.users.discard(user_h):
            return False
        self.attends.discard(user_h)
        for number, rows in enumerate(self._blocks):
            kept = rows["user_h"] != np.uint64(user_h)
            if not kept.all():
                self._blocks[number] = rows[kept]
                self._write(number, journal)
        return True

    def keep_attends(self, journal: Journal) -> None:
        """Drop the invitations: the stream has closed."""
        for number, rows in enumerate(self._blocks):
            kept = rows["attend"] != 0
            if not kept.all():
                self._blocks[number] = rows[kept]
                self._write(number, journal)
        self.users = HashSet()
        self.users.add(self.attends.sorted())

    def drop(self, journal: Journal) -> None:
        """Take all blocks out of the changelog."""
        for number in range(len(self._blocks)):
            journal.drop(plan_key(SENT, self._announcement, number))
        self._blocks.clear()

    def _index(self, rows: SentRows) -> None:
        hashes = np.ascontiguousarray(rows["user_h"])
        self.users.add(hashes)
        self.attends.add(hashes[rows["attend"] != 0])

    def _write(self, number: int, journal: Journal) -> None:
        key = plan_key(SENT, self._announcement, number)
        rows = self._blocks[number]
        if len(rows):
            journal.put(key, rows.tobytes())
        else:
            journal.drop(key)
