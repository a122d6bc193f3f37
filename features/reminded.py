"""Which reminders users were sent, which the holdout withheld, and what users answered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.edges import Edges
from features.growing import extended, roomier
from features.hashing import IntArray, U64Array
from features.row import Rows
from features.user_ids import UserIds

__all__ = [
    "ARM_ATTENDED",
    "ATTENDED",
    "ATTEND_INTENT",
    "DELIVERED",
    "FIRST",
    "MUTED",
    "OPENED",
    "PURCHASED",
    "REMINDED",
    "RESERVED",
    "RESERVER_ATTENDED",
    "Reminded",
]

ATTEND_INTENT = 1
FIRST = 2
"""The first decision about this user and stream, an invitation: it drew the arm of the holdout."""
DELIVERED = 4
OPENED = 8
RESERVED = 16
ATTENDED = 32
RESERVER_ATTENDED = 64
PURCHASED = 128
MUTED = 256
ARM_ATTENDED = 512
"""Attended after the decision marked `FIRST`, whichever reminder is credited with it."""

REMINDED = np.dtype(
    [
        ("send_s", "<u4"),  # epoch seconds at which the reminder was sent, 0 when it was not
        ("held_s", "<u4"),  # epoch seconds at which the holdout withheld it first, 0 when never
        ("flags", "<u2"),  # the bits above: what it was and what is counted already
    ]
)


class Reminded(Edges):
    """Pairs of user and announcement (stream, rung, start), dtype `REMINDED`.

    >>> reminded = Reminded()
    >>> slots, announcements = np.array([4]), np.array([7], np.uint64)
    >>> reminded.note_sent(slots, announcements, np.array([60]), np.array([FIRST]))
    >>> reminded.mark(slots, announcements, OPENED)
    >>> reminded.lookup(slots, 7)["flags"].tolist() == [FIRST | OPENED]
    True
    """

    KIND = b"\xffm"

    def __init__(self) -> None:
        super().__init__(np.zeros(1, dtype=REMINDED))
        self._known = np.zeros(1024, dtype=np.bool_)

    def knows(self, slots: IntArray) -> npt.NDArray[np.bool_]:
        """Return bool[n]: false where a user surely has no pair; a few nanoseconds each."""
        known: npt.NDArray[np.bool_] = self._known.take(slots, mode="clip")
        return known

    def note_sent(
        self, slots: IntArray, announcements: U64Array, send_s: IntArray, flags: IntArray
    ) -> None:
        """Note reminders sent at `send_s` (epoch seconds); arrays of one length, no pair twice."""
        places = self._places(slots, announcements)
        self.rows["send_s"][places] = send_s
        self.rows["flags"][places] |= flags.astype(np.uint16)
        self._changed.add(places)

    def note_held(self, slots: IntArray, announcements: U64Array, held_s: IntArray) -> None:
        """Note decisions that the holdout withheld first; arrays of one length, no pair twice."""
        places = self._places(slots, announcements)
        self.rows["held_s"][places] = held_s
        self.rows["flags"][places] |= np.uint16(FIRST)
        self._changed.add(places)

    def mark(self, slots: IntArray, announcements: U64Array, bits: IntArray | int) -> None:
        """Set bits of the flags of pairs that are there, of each or of all alike; no pair twice."""
        places = self._places(slots, announcements)
        self.rows["flags"][places] |= np.asarray(bits, np.uint16)
        self._changed.add(places)

    def of_user(self, slot: int) -> tuple[U64Array, Rows]:
        """Return the announcements of a user and the structs, in no telling order."""
        places = np.flatnonzero(self._slots[: self._used] == slot)
        return self._targets[places], self.rows[places]

    def forget_announcements(self, announcements: U64Array, ids: UserIds) -> None:
        """Forget all pairs of these announcements, with tombstones for `ids[slot]`."""
        gone = np.isin(self._targets[: self._used], announcements)
        self._entomb(np.flatnonzero(gone & (self._slots[: self._used] >= 0)), ids)

    def _places(self, slots: IntArray, targets: U64Array) -> IntArray:
        highest = int(slots.max(initial=-1))
        if highest >= len(self._known) - 1:
            self._known = extended(self._known, roomier(len(self._known), highest + 2))
        self._known[slots] = True
        return super()._places(slots, targets)
