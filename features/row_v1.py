"""User rows of version 1, as the first release wrote them, and how they become version 2."""

from __future__ import annotations

import numpy as np

from features.row import Rows
from features.row_v2 import ROW_V2
from features.row_versions import carried
from features.steps import ACTIVITY_STEPS, CONTENT_STEPS, nearest_steps

__all__ = ["ROW_V1", "from_v1"]

ROW_V1 = np.dtype(
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
        ("host_h", "<u8", (8,)),
        ("category_h", "<u8", (6,)),
        ("declared_h", "<u8", (6,)),
        ("counts", "<f4", (3, 16)),
        ("totals", "<u4", (16,)),
        ("host_w", "<f4", (8,)),
        ("host_ts", "<u4", (8,)),
        ("category_w", "<f4", (6,)),
        ("fatigue", "<f4", (4,)),
        ("sends", "<u4", (16,)),
        ("spend", "<f4"),
        ("activity_day", "<i4"),
        ("activity", "<f2", (2, 48)),
        ("content", "<f2", (32,)),
    ]
)

_KEPT_COUNTS = [0, 1, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14]
"""By type, all but `leave`, `follow`, `unfollow` and `reserve_cancel`."""
_SHORTENED = ("host_h", "category_h", "declared_h")
_REWRITTEN = (*_SHORTENED, "counts", "activity", "content")


def from_v1(rows: Rows) -> Rows:
    """Return rows of version 2: 32-bit hashes, fewer counts, activity and content in steps."""
    upgraded = carried(rows, ROW_V2, 2, but=_REWRITTEN)
    for name in _SHORTENED:
        low = rows[name] & np.uint64(0xFFFFFFFF)
        upgraded[name] = np.where(low == 0, rows[name] != 0, low)
    upgraded["counts"] = rows["counts"][:, :, _KEPT_COUNTS]
    for name, most in (("activity", ACTIVITY_STEPS), ("content", CONTENT_STEPS)):
        numbers = rows[name].astype(np.float32).reshape(len(rows), -1)
        steps, upgraded[f"{name}_unit"] = nearest_steps(numbers, most)
        upgraded[name] = steps.reshape(upgraded[name].shape)
    return upgraded
