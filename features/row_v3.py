"""User rows of version 3, before they knew what copies were shown, and how they become 4."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.row import ROW, Rows

__all__ = ["ROW_V3", "from_v3"]

_NEW = ("shown_h", "shown_hour")
ROW_V3 = np.dtype([field for field in ROW.descr if field[0] not in _NEW])


def from_v3(rows: Rows) -> Rows:
    """Return rows of version 4: nothing is known yet of which copies were shown."""
    upgraded: npt.NDArray[Any] = np.zeros(len(rows), ROW)
    for name in ROW_V3.names or ():
        upgraded[name] = rows[name]
    upgraded["version"] = 4
    return upgraded
