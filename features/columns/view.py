"""What the columns of some users about one stream are made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from features.coded import distinct
from features.hashing import FloatArray, IntArray
from features.row import Rows
from features.stream_context import StreamContext
from features.ties import Ties
from features.zones import Zones

__all__ = ["Columns", "RungLike", "UserView", "log_scaled"]

Columns: TypeAlias = dict[str, FloatArray]


class RungLike(Protocol):
    """The window before the start in which a reminder may be sent, in ms before it."""

    @property
    def opens_ms(self) -> int:
        """Where the window begins."""

    @property
    def closes_ms(self) -> int:
        """Where it ends."""

    @property
    def nominal_ms(self) -> int:
        """The lead that the rung is named after."""


@dataclass(frozen=True, eq=False)
class UserView:
    """Some users and one stream at `now` (epoch ms); all arrays have one entry a user."""

    rows: Rows
    zone_codes: npt.NDArray[np.int16]
    zones: Zones
    ties: Ties
    context: StreamContext
    rung: RungLike
    now: int

    def field(self, name: str) -> npt.NDArray[Any]:
        """Return a field of the rows, one line a user, in one piece: loops over it are faster."""
        lines = np.ascontiguousarray(self.rows[name])
        return lines.reshape(len(lines), prod(lines.shape[1:]))

    @cached_property
    def activity(self) -> npt.NDArray[np.uint8]:
        """The field `activity`, uint8[n, 96]."""
        return self.field("activity")

    @cached_property
    def zones_of(self) -> tuple[IntArray, IntArray]:
        """The zone codes there are, int64[c], and the place in them of each user's, int64[n]."""
        return distinct(self.zone_codes.astype(np.int64))


def log_scaled(amount: FloatArray, scale: float, high: float) -> FloatArray:
    """Return ``ln(1 + amount) / scale`` for amounts >= 0, at most `high`."""
    return np.minimum(np.log(1.0 + amount) / scale, high)
