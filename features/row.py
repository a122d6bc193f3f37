"""The user row: one dtype is the schema, the memory layout and the changelog record.

A row leads with its version. A record of an older version is carried forward by `MIGRATIONS`;
one that this code does not know stops the worker, since guessing would corrupt the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from features.contracts.interaction import INTERACTION_TYPES
from features.errors import StateVersionError

__all__ = [
    "ACTIVITY_BINS",
    "CATEGORY_SLOTS",
    "CONTENT_DIM",
    "DECLARED_SLOTS",
    "FATIGUE_DELIVERED",
    "FATIGUE_DISMISSED",
    "FATIGUE_OPENED",
    "FATIGUE_SENT",
    "HALF_LIVES_DAYS",
    "HOST_SLOTS",
    "KNOWN_PROFILE",
    "MIGRATIONS",
    "MUTED",
    "NEVER",
    "OWN_QUIET_HOURS",
    "PERSONALIZATION_OK",
    "PUSH_OK",
    "ROW",
    "ROW_VERSION",
    "SEND_SLOTS",
    "Migration",
    "Rows",
    "blank_row",
    "decode_rows",
]

Rows: TypeAlias = npt.NDArray[np.void]

ROW_VERSION = 1
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
FATIGUE_SENT, FATIGUE_OPENED, FATIGUE_DISMISSED, FATIGUE_DELIVERED = range(4)

_TYPES = len(INTERACTION_TYPES)

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
        ("host_h", "<u8", (HOST_SLOTS,)),  # 0 = free
        ("category_h", "<u8", (CATEGORY_SLOTS,)),
        ("declared_h", "<u8", (DECLARED_SLOTS,)),  # categories of the profile
        ("counts", "<f4", (len(HALF_LIVES_DAYS), _TYPES)),  # decayed with each half-life
        ("totals", "<u4", (_TYPES,)),  # exact, never decayed
        ("host_w", "<f4", (HOST_SLOTS,)),
        ("host_ts", "<u4", (HOST_SLOTS,)),  # last watch, epoch seconds
        ("category_w", "<f4", (CATEGORY_SLOTS,)),
        ("fatigue", "<f4", (4,)),  # decayed over 7 days: sent, opened, dismissed, delivered
        ("sends", "<u4", (SEND_SLOTS,)),  # newest invitations, epoch seconds; 0 = none
        ("spend", "<f4"),  # decayed over 30 days
        ("activity_day", "<i4"),  # local day to which `activity` is decayed, days since 1970
        ("activity", "<f2", (2, ACTIVITY_BINS)),  # weekday, weekend by local half-hour
        ("content", "<f2", (CONTENT_DIM,)),  # decayed mean of what was watched
    ]
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an older version: its dtype, and what turns such rows into the next one's."""

    dtype: np.dtype[Any]
    upgrade: Callable[[Rows], Rows]


MIGRATIONS: dict[int, Migration] = {}
"""By the version that is left behind; a chain up to `ROW_VERSION`."""


def blank_row(quiet: tuple[int, int]) -> Rows:
    """Return the row of a user of whom nothing is known, shape (1,), dtype `ROW`.

    `quiet`: default quiet hours, local minutes of the day, equal = none.
    """
    row = np.zeros(1, dtype=ROW)
    row["version"] = ROW_VERSION
    row["flags"] = PUSH_OK | PERSONALIZATION_OK
    row["quiet_start"], row["quiet_end"] = quiet
    for name in ("first_ts", "last_ts", "mute_ts", "last_open_ts"):
        row[name] = NEVER
    return row


def decode_rows(
    records: Sequence[bytes], migrations: Mapping[int, Migration] = MIGRATIONS
) -> tuple[Rows, list[bytes]]:
    """Split records into rows and what follows them (the profile blob, often empty).

    Raises `StateVersionError` for a version that neither this code nor a migration knows, and
    for a record shorter than its version's row.
    """
    heads = b"".join([record[:2] for record in records])
    if len(heads) != 2 * len(records):
        raise StateVersionError("a user record of less than 2 bytes is no user record")
    versions = np.frombuffer(heads, dtype="<u2")
    found = np.unique(versions).tolist()
    if len(found) == 1:
        return _decode_version(found[0], records, migrations)
    rows = np.empty(len(records), dtype=ROW)
    tails = [b""] * len(records)
    for version in found:
        places = np.flatnonzero(versions == version)
        chosen = [records[place] for place in places.tolist()]
        rows[places], ends = _decode_version(version, chosen, migrations)
        for place, end in zip(places.tolist(), ends, strict=True):
            tails[place] = end
    return rows, tails


def _decode_version(
    version: int, records: Sequence[bytes], migrations: Mapping[int, Migration]
) -> tuple[Rows, list[bytes]]:
    if version == ROW_VERSION:
        dtype = ROW
    elif version in migrations:
        dtype = migrations[version].dtype
    else:
        known = ", ".join(map(str, [*sorted(migrations), ROW_VERSION]))
        raise StateVersionError(
            f"the state holds user rows of version {version}, this worker knows {known}: "
            "start a worker of the release that wrote them, or a newer one"
        )
    size = dtype.itemsize
    joined = bytearray().join([record[:size] for record in records])
    if len(joined) != size * len(records):
        raise StateVersionError(f"a user record of version {version} is shorter than {size} bytes")
    rows = np.frombuffer(joined, dtype=dtype)
    while version != ROW_VERSION:
        rows = migrations[version].upgrade(rows)
        version += 1
    return rows, [record[size:] for record in records]
