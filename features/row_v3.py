"""User rows of version 3, before they knew what copies were shown, and how they become 4."""

from __future__ import annotations

import numpy as np

from features.row import ROW, Rows
from features.row_versions import carried

__all__ = ["ROW_V3", "from_v3"]

_NEW = ("shown_h", "shown_hour")
ROW_V3 = np.dtype([field for field in ROW.descr if field[0] not in _NEW])


def from_v3(rows: Rows) -> Rows:
    """Return rows of version 4: nothing is known yet of which copies were shown."""
    return carried(rows, ROW, 4)
