"""The id of a reminder: the same (user, stream, rung, start) always has the same one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.hashing import hash64
from online_models.arrays import Bools

__all__ = [
    "ID_DIGITS",
    "announcement_h",
    "hash_digits",
    "join_id",
    "split_id",
    "split_ids",
]

ID_DIGITS = 32
_HALF = ID_DIGITS // 2
_HEX = frozenset("0123456789abcdef")


def announcement_h(stream_id: str, rung: str, start_ts: int) -> int:
    """Return the unsigned 64-bit hash of one announcement: (stream, rung, start_ts).

    The length of the rung's name is hashed too, so that no two announcements spell alike.
    """
    return hash64(f"{start_ts}:{len(rung)}:{rung}:{stream_id}")


def join_id(announcement: int, user_h: int) -> str:
    """Return the reminder id: 16 hex digits of the announcement, then 16 of the user's hash.

    >>> join_id(10, 255)
    '000000000000000a00000000000000ff'
    """
    return f"{announcement:016x}{user_h:016x}"


def hash_digits(hashes: npt.NDArray[np.uint64]) -> bytes:
    """Return the 16 hex digits of each of the hashes ``uint64[n]``, one after the other.

    >>> hash_digits(np.array([10, 255], np.uint64))
    b'000000000000000a00000000000000ff'
    """
    return hashes.astype(">u8").tobytes().hex().encode()


def split_id(reminder_id: str) -> tuple[int, int] | None:
    """Return (announcement hash, user hash), or None when it is no id of ours.

    >>> split_id("000000000000000a00000000000000ff")
    (10, 255)
    >>> split_id("campaign-7") is None
    True
    """
    if len(reminder_id) != 2 * _HALF or not _HEX.issuperset(reminder_id):
        return None
    return int(reminder_id[:_HALF], 16), int(reminder_id[_HALF:], 16)


def split_ids(
    ids: Sequence[str | None],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], Bools]:
    """Split many ids at once: announcement ``uint64[n]``, user hash ``uint64[n]``, ``ours[n]``.

    Where `ours` is false (missing, or not an id of ours) both hashes are 0.
    """
    halves = np.zeros((len(ids), 2), np.uint64)
    ours = np.zeros(len(ids), np.bool_)
    for row, reminder_id in enumerate(ids):
        pair = split_id(reminder_id) if reminder_id is not None else None
        if pair is not None:
            halves[row] = pair
            ours[row] = True
    return halves[:, 0], halves[:, 1], ours
