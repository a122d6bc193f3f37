"""What decisions are to be told of: kept, in records too, until one has been."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.errors import StateVersionError
from features.hashing import U64Array

__all__ = ["SIGNAL", "SignalLog"]

SIGNAL = np.dtype(
    [
        ("user_h", "<u8"),
        ("target", "<u8"),  # hash of what the user tied themselves to, 0 without one
        ("kind", "u1"),
    ]
)
_Told = npt.NDArray[np.void]


class SignalLog:
    """Signals of users since the last decision.

    On the wall clock events are committed several times between two decisions. A signal that was
    in memory alone would be lost with a worker that dies in between; so each call of `take_changed`
    returns what is new as a record of its own, and after a decision has taken all, tombstones.

    >>> log = SignalLog()
    >>> log.add(ord("f"), np.array([7], np.uint64), np.array([9], np.uint64))
    >>> again = SignalLog()
    >>> for key, value in log.take_changed():
    ...     again.restore(key, value)
    >>> again.take().tolist(), len(again.take())
    ([(7, 9, 102)], 0)
    >>> again.take_changed()
    [(b'\\x00\\x00\\x00\\x00', None)]
    """

    def __init__(self) -> None:
        self._new: list[_Told] = []
        self._written: dict[int, _Told] = {}
        self._taken: dict[int, None] = {}

    def add(self, kind: int, user_h: U64Array, targets: U64Array | int) -> None:
        """Note signals of one kind, of users by hash, uint64[n]."""
        if len(user_h):
            told = np.empty(len(user_h), SIGNAL)
            told["user_h"], told["target"], told["kind"] = user_h, targets, kind
            self._new.append(told)

    def take(self) -> npt.NDArray[Any]:
        """Return all signals since the last call, dtype `SIGNAL`."""
        told = [*self._written.values(), *self._new, np.empty(0, SIGNAL)]
        self._taken.update(dict.fromkeys(self._written))
        self._written, self._new = {}, []
        return np.concatenate(told)

    def take_changed(self) -> list[tuple[bytes, bytes | None]]:
        """Return (number, record) of what changed since the last call; None = tombstone."""
        records: dict[int, bytes | None] = dict.fromkeys(self._taken)
        self._taken = {}
        if self._new:
            number = max(self._written, default=-1) + 1
            self._written[number] = np.concatenate(self._new)
            self._new = []
            records[number] = self._written[number].tobytes()
        return [(number.to_bytes(4, "big"), record) for number, record in records.items()]

    def restore(self, key: bytes, record: bytes | None) -> None:
        """Put back what `take_changed` gave.

        Raises `StateVersionError` for a record that this release cannot read.
        """
        number = int.from_bytes(key, "big")
        if record is None:
            self._written.pop(number, None)
        elif len(record) % SIGNAL.itemsize:
            raise StateVersionError(f"signals that are not of {SIGNAL.itemsize} bytes")
        else:
            self._written[number] = np.frombuffer(record, SIGNAL)
