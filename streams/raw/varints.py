"""Variable-length integers as Kafka's record batches have them: zigzag, seven bits a byte."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.compiled import compiled

__all__ = ["MOST_BYTES", "read_varint", "varint_size", "write_varint"]

MOST_BYTES = 10


@compiled
def read_varint(data: npt.NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Read the number at `at`, which must end before `end`.

    Returns
    -------
    The number, and where the next byte lies: −1 when this is no number.
    """
    found = np.int64(0)
    shift = np.int64(0)
    while at < end and shift < 70:
        byte = np.int64(data[at])
        at += 1
        found |= (byte & 0x7F) << shift
        if byte < 0x80:
            return int(((found >> 1) & 0x7FFFFFFFFFFFFFFF) ^ -(found & 1)), at
        shift += 7
    return 0, -1


@compiled
def varint_size(number: int) -> int:
    """Return how many bytes `number` takes, 1 to 10."""
    left = (number << 1) ^ (number >> 63)
    size = 1
    left = (left >> 7) & 0x01FFFFFFFFFFFFFF
    while left:
        left >>= 7
        size += 1
    return size


@compiled
def write_varint(data: npt.NDArray[np.uint8], at: int, number: int) -> int:
    """Write `number` at `at`, where there must be room, and return where the next byte goes."""
    left = (number << 1) ^ (number >> 63)
    rest = (left >> 7) & 0x01FFFFFFFFFFFFFF
    while rest:
        data[at] = (left & 0x7F) | 0x80
        at += 1
        left = rest
        rest >>= 7
    data[at] = left & 0x7F
    return at + 1
