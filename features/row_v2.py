"""User rows of version 2, before they knew what was offered, and how they become version 3."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from features.row import Rows
from features.row_v3 import ROW_V3

__all__ = ["ROW_V2", "from_v2"]

ROW_V2 = np.dtype(
    [
        ("version", "<u2"),
        ("flags", "<u2"),
        ("quiet_start", "<i2"),
        ("quiet_end", "<i2"),
        ("user_h", "<u8"),
        ("first_ts", "<i8"),
        ("last_ts", "<i8"),
        ("mute_ts", "<i8"),
        ("last_open_ts", "<i8"),
        ("spend_total", "<f8"),
        ("counts", "<f4", (3, 12)),
        ("totals", "<u4", (16,)),
        ("host_h", "<u4", (8,)),
        ("host_w", "<f4", (8,)),
        ("host_ts", "<u4", (8,)),
        ("category_h", "<u4", (6,)),
        ("category_w", "<f4", (6,)),
        ("declared_h", "<u4", (6,)),
        ("fatigue", "<f4", (4,)),
        ("sends", "<u4", (16,)),
        ("spend", "<f4"),
        ("activity_day", "<i4"),
        ("activity_unit", "<f4"),
        ("content_unit", "<f4"),
        ("activity", "u1", (2, 48)),
        ("content", "i1", (32,)),
    ]
)

_NEXT = ROW_V3


def from_v2(rows: Rows) -> Rows:
    """Return rows of version 3: nothing is known yet of what was offered.

    Region and age band come back from the profile behind the row (`UserTable.restore`).
    """
    upgraded: npt.NDArray[Any] = np.zeros(len(rows), _NEXT)
    for name in ROW_V2.names or ():
        upgraded[name] = rows[name]
    upgraded["version"] = 3
    return upgraded
