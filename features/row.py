"""The user row: one dtype is the schema, the memory layout and the changelog record.

A row leads with its version; `features/row_records.py` reads rows of older ones. Hosts and
categories are 32-bit hashes here: of a stream's host and a user's eight, one pair in 500 million
is taken for the same wrongly, which costs one misjudged tie. Follows keep all 64 bits.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from features.contracts.interaction import INTERACTION_TYPES

__all__ = [
    "ACTIVITY_BINS",
    "CATEGORY_SLOTS",
    "CONTENT_DIM",
    "COUNTED_TYPES",
    "COUNT_CODE",
    "DECLARED_SLOTS",
    "FATIGUE_DELIVERED",
    "FATIGUE_DISMISSED",
    "FATIGUE_OPENED",
    "FATIGUE_SENT",
    "HALF_LIVES_DAYS",
    "HOST_SLOTS",
    "KNOWN_PROFILE",
    "MUTED",
    "NEVER",
    "OFFERED_SLOTS",
    "OWN_QUIET_HOURS",
    "PERSONALIZATION_OK",
    "PUSH_OK",
    "ROW",
    "ROW_VERSION",
    "SEND_SLOTS",
    "SHOWN_SLOTS",
    "Rows",
    "blank_row",
    "short_hash",
]

Rows: TypeAlias = npt.NDArray[np.void]

ROW_VERSION = 4
NEVER = -(2**62)
"""A time before all others (epoch ms): no event yet. Differences with real times fit an int64."""

PUSH_OK = 1
PERSONALIZATION_OK = 2
MUTED = 4
KNOWN_PROFILE = 8
OWN_QUIET_HOURS = 16

HALF_LIVES_DAYS = (1.0, 7.0, 30.0)
ACTIVITY_BINS = 48
HOST_SLOTS = 8
CATEGORY_SLOTS = 6
DECLARED_SLOTS = 6
CONTENT_DIM = 32
SEND_SLOTS = 16
OFFERED_SLOTS = 8
SHOWN_SLOTS = 2
FATIGUE_SENT, FATIGUE_OPENED, FATIGUE_DISMISSED, FATIGUE_DELIVERED = range(4)

_NOT_COUNTED = ("leave", "follow", "unfollow", "reserve_cancel")
COUNTED_TYPES = tuple(name for name in INTERACTION_TYPES if name not in _NOT_COUNTED)
"""The types whose decayed counts say something that follows, touches and dwell do not."""
COUNT_CODE = {name: place for place, name in enumerate(COUNTED_TYPES)}
"""From a counted type to its place in ``counts``."""

ROW = np.dtype(
    [
        ("version", "<u2"),
        ("flags", "<u2"),  # PUSH_OK and so on
        ("quiet_start", "<i2"),  # local minute of the day; equal to quiet_end = no quiet hours
        ("quiet_end", "<i2"),
        ("user_h", "<u8"),  # hash64 of the user id
        ("first_ts", "<i8"),  # oldest event, NEVER without one
        ("last_ts", "<i8"),  # newest event, NEVER without one: the reference of all decays
        ("mute_ts", "<i8"),  # when MUTED last changed
        ("last_open_ts", "<i8"),  # last reminder opened
        ("spend_total", "<f8"),  # never decayed
        ("counts", "<f4", (len(HALF_LIVES_DAYS), len(COUNTED_TYPES))),  # by `COUNT_CODE`
        ("totals", "<u4", (len(INTERACTION_TYPES),)),  # exact, never decayed
        ("host_h", "<u4", (HOST_SLOTS,)),  # `short_hash`, 0 = free
        ("host_w", "<f4", (HOST_SLOTS,)),
        ("host_ts", "<u4", (HOST_SLOTS,)),  # last watch, epoch seconds
        ("category_h", "<u4", (CATEGORY_SLOTS,)),
        ("category_w", "<f4", (CATEGORY_SLOTS,)),
        ("declared_h", "<u4", (DECLARED_SLOTS,)),  # categories of the profile
        ("fatigue", "<f4", (4,)),  # decayed over 7 days: sent, opened, dismissed, delivered
        ("sends", "<u4", (SEND_SLOTS,)),  # newest invitations, epoch seconds; 0 = none
        ("offered_h", "<u4", (OFFERED_SLOTS,)),  # categories of the last reminders, newest first
        ("shown_h", "<u2", (SHOWN_SLOTS,)),  # copies last shown (`features.shown`), 0 = none
        ("shown_hour", "<u2", (SHOWN_SLOTS,)),  # and when, epoch hours without what 16 bits lack
        ("region_h", "<u4"),  # of the profile, 0 = unknown
        ("age_h", "<u4"),
        ("spend", "<f4"),  # decayed over 30 days
        ("activity_day", "<i4"),  # local day to which `activity` is decayed, days since 1970
        ("activity_unit", "<f4"),  # events that one step of `activity` stands for
        ("content_unit", "<f4"),  # what one step of `content` stands for
        ("activity", "u1", (2, ACTIVITY_BINS)),  # weekday, weekend by local half-hour
        ("content", "i1", (CONTENT_DIM,)),  # decayed sum of what was watched
    ]
)


def short_hash(key: int) -> int:
    """Return the 32 bits of a 64-bit hash that rows hold, 0 of 0 alone.

    >>> short_hash(2**32 + 5), short_hash(2**32), short_hash(0)
    (5, 1, 0)
    """
    return (key & 0xFFFFFFFF) or int(key != 0)


def blank_row(quiet: tuple[int, int]) -> Rows:
    """Return the row of a user of whom nothing is known, shape (1,), dtype `ROW`.

    `quiet`: default quiet hours, local minutes of the day, equal = none.
    """
    row: npt.NDArray[Any] = np.zeros(1, dtype=ROW)
    row["version"] = ROW_VERSION
    row["flags"] = PUSH_OK | PERSONALIZATION_OK
    row["quiet_start"], row["quiet_end"] = quiet
    for name in ("first_ts", "last_ts", "mute_ts", "last_open_ts"):
        row[name] = NEVER
    return row
