"""What the columns of some users about one stream are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from features.hashing import FloatArray
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


def log_scaled(amount: FloatArray, scale: float, high: float) -> FloatArray:
    """Return ``ln(1 + amount) / scale`` for amounts >= 0, at most `high`."""
    return np.minimum(np.log(1.0 + amount) / scale, high)
