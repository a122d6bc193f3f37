"""User rows of version 2, before they knew what was offered, and how they become version 3."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.row import Rows
from features.row_v3 import ROW_V3

__all__ = ["ROW_V2", "from_v2"]

_NEW = ("offered_h", "region_h", "age_h")
ROW_V2 = np.dtype([field for field in ROW_V3.descr if field[0] not in _NEW])


def from_v2(rows: Rows) -> Rows:
    """Return rows of version 3: nothing is known yet of what was offered.

    Region and age band come back from the profile behind the row (`UserTable.restore`).
    """
    upgraded: npt.NDArray[Any] = np.zeros(len(rows), ROW_V3)
    for name in ROW_V2.names or ():
        upgraded[name] = rows[name]
    upgraded["version"] = 3
    return upgraded
