"""Kafka's default partitioner, written from its description (murmur2, seed 0x9747b28c)."""

from __future__ import annotations

__all__ = ["partition_of"]

MASK = 0xFFFFFFFF
M = 0x5BD1E995


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key.

    >>> partition_of(b"u1", 1)
    0
    """
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


def _murmur2(data: bytes) -> int:
    h = (0x9747B28C ^ len(data)) & MASK
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little")
        k = (k * M) & MASK
        k ^= k >> 24
        h = ((h * M) & MASK) ^ ((k * M) & MASK)
    tail = data[whole:]
    if tail:
        h = ((h ^ int.from_bytes(tail, "little")) * M) & MASK
    h ^= h >> 13
    h = (h * M) & MASK
    return h ^ (h >> 15)
