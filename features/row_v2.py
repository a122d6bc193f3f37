"""User rows of version 2, before they knew what was offered, and how they become version 3."""

from __future__ import annotations

import numpy as np

from features.row import Rows
from features.row_v3 import ROW_V3
from features.row_versions import carried

__all__ = ["ROW_V2", "from_v2"]

_NEW = ("offered_h", "region_h", "age_h")
ROW_V2 = np.dtype([field for field in ROW_V3.descr if field[0] not in _NEW])


def from_v2(rows: Rows) -> Rows:
    """Return rows of version 3: nothing is known yet of what was offered.

    Region and age band come back from the profile behind the row (`UserTable.restore`).
    """
    return carried(rows, ROW_V3, 3)
