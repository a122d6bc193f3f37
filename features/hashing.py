"""Stable hashes: ids to 64 bits, uniforms from keys, and Kafka's choice of a partition.

All randomness of Livecue is a hash of what is decided, never a running generator, so that the
same inputs give the same decisions with any number of workers and after any crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xxhash

__all__ = [
    "FloatArray",
    "HashCache",
    "IntArray",
    "Key",
    "U64Array",
    "combine",
    "hash64",
    "hash64_many",
    "murmur2_partition",
    "uniform",
]

U64Array: TypeAlias = npt.NDArray[np.uint64]
IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
Key: TypeAlias = int | npt.NDArray[Any]

_MASK = 2**64 - 1
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_START = np.uint64(0x6A09E667F3BCC909)


def hash64(text: str) -> int:
    """Return the XXH3 hash of the UTF-8 text: 1 to 2^64 - 1, since 0 means "none" in the rows.

    >>> hash64("host-1") == hash64("host-1"), 0 < hash64("") < 2**64
    (True, True)
    """
    return xxhash.xxh3_64_intdigest(text.encode()) or 1


def hash64_many(texts: Sequence[str]) -> U64Array:
    """Return `hash64` of each text, uint64[n]."""
    digest = xxhash.xxh3_64_intdigest
    hashes = np.fromiter([digest(text.encode()) for text in texts], np.uint64, len(texts))
    hashes[hashes == 0] = 1
    return hashes


class HashCache(dict[str | None, int]):
    """`hash64` with a memory, for columns of ids that repeat (hosts, categories, streams).

    Holds at most `limit` texts, then starts afresh; `None` hashes to 0.

    >>> HashCache().column(["a", None, "a"]).tolist() == [hash64("a"), 0, hash64("a")]
    True
    """

    def __init__(self, limit: int = 200_000) -> None:
        super().__init__()
        self._limit = limit

    def __missing__(self, text: str | None) -> int:
        if len(self) >= self._limit:
            self.clear()
        value = 0 if text is None else hash64(text)
        self[text] = value
        return value

    def column(self, texts: Sequence[str | None]) -> U64Array:
        """Return the hash of each text, uint64[n]; 0 where the text is `None`."""
        return np.fromiter(map(self.__getitem__, texts), np.uint64, len(texts))


def _as_u64(key: Key) -> U64Array:
    if isinstance(key, int):
        return np.array([key & _MASK], dtype=np.uint64)
    return np.atleast_1d(key).astype(np.uint64, copy=False)


def combine(*keys: Key) -> U64Array:
    """Mix integer keys, which broadcast, into one hash each: uint64, at least one-dimensional.

    Order matters. The mixer is SplitMix64 (Steele, Lea and Flood, "Fast splittable
    pseudorandom number generators", OOPSLA 2014).
    """
    mixed = np.array([_START])
    for key in keys:
        mixed = mixed ^ _as_u64(key)
        mixed += _GOLDEN
        mixed ^= mixed >> np.uint64(30)
        mixed *= _MIX_1
        mixed ^= mixed >> np.uint64(27)
        mixed *= _MIX_2
        mixed ^= mixed >> np.uint64(31)
    return mixed


def uniform(seed: int, *keys: Key) -> FloatArray:
    """Return one number in [0, 1) a key tuple, a function of seed and keys alone (53 bits)."""
    bits = combine(seed, *keys) >> np.uint64(11)
    return bits.astype(np.float64) * 2.0**-53


def murmur2_partition(keys: Sequence[bytes], partitions: int) -> IntArray:
    """Return the partition that Kafka's default partitioner gives each key, int64[n].

    MurmurHash2 with the seed of `org.apache.kafka.common.utils.Utils.murmur2`.
    """
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    hashes = np.empty(len(keys), dtype=np.uint32)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        joined = b"".join([keys[row] for row in rows.tolist()])
        data = np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), length)
        hashes[rows] = _murmur2(data)
    return (hashes & np.uint32(0x7FFFFFFF)).astype(np.int64) % partitions


def _murmur2(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Return the hash of each row of equally long keys, uint32[n]."""
    count, length = data.shape
    multiplier = np.uint32(0x5BD1E995)
    hashes = np.full(count, (0x9747B28C ^ length) & 0xFFFFFFFF, dtype=np.uint32)
    whole = length - length % 4
    words = np.ascontiguousarray(data[:, :whole]).view("<u4").reshape(count, whole // 4)
    for column in range(whole // 4):
        word = words[:, column] * multiplier
        word ^= word >> np.uint32(24)
        word *= multiplier
        hashes *= multiplier
        hashes ^= word
    if length % 4:
        for place in range(length % 4):
            hashes ^= data[:, whole + place].astype(np.uint32) << np.uint32(8 * place)
        hashes *= multiplier
    hashes ^= hashes >> np.uint32(13)
    hashes *= multiplier
    hashes ^= hashes >> np.uint32(15)
    return hashes
