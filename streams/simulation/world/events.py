"""What happens in the world, as columns: interactions, feedback, and reminders sent into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Columns", "Events", "Feedbacks", "Floats", "Floats32", "Ints", "Sends"]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Floats32: TypeAlias = NDArray[np.float32]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """Columns of one length, the first of which is `user`, the third `ts`."""

    user: Ints
    kind: Ints
    ts: Ints

    def __len__(self) -> int:
        return len(self.user)

    def take(self, places: Ints | slice) -> Self:
        """Return the rows at `places`."""
        return type(self)(*(getattr(self, field.name)[places] for field in fields(self)))

    def by_time(self) -> Self:
        """Return the rows by time."""
        return self.take(np.argsort(self.ts, kind="stable"))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all parts, in order; none of no parts."""
        names = [field.name for field in fields(cls)]
        if not parts:
            return cls(*(np.empty(0, np.int64) for _ in names))
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Events(Columns):
    """Interactions.

    Attributes
    ----------
    kind : the type, as `TYPE_CODE` has it.
    ts : epoch ms.
    room : an announced stream's number, or a room's beyond them; −1 without one.
    host : number of the host; −1 without one.
    dwell_ms, amount : as on the wire, 0 where absent.
    """

    room: Ints
    host: Ints
    dwell_ms: Floats
    amount: Floats


@dataclass(frozen=True)
class Feedbacks(Columns):
    """Feedback; `kind` as `FEEDBACK_CODE` has it, `send` the number of the reminder, −1: none."""

    send: Ints


@dataclass(frozen=True)
class Sends(Columns):
    """Reminders; `kind` is the number of the copy within its language.

    `stream` is the number of the announced stream. `reserved`: for who reserved it. `score`:
    what the policy takes the chance of coming for, NaN when it does not say.
    """

    stream: Ints
    reserved: Bools
    score: Floats

    @classmethod
    def plain(cls, user: Ints, ts: Ints, stream: Ints) -> Sends:
        """Return invitations with the first copy and without a score."""
        n = len(user)
        return cls(
            user, np.zeros(n, np.int64), ts, stream, np.zeros(n, np.bool_), np.full(n, np.nan)
        )
