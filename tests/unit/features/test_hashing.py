"""Stable hashes of ids and keys."""

from __future__ import annotations

import numpy as np

from features.hashing import HashCache, combine, hash64, hash64_many, murmur2_partition, uniform

# Computed by Kafka's own org.apache.kafka.common.utils.Utils.murmur2 (UtilsTest).
_KAFKA_MURMUR2 = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


def test_partitions_are_kafkas() -> None:
    """Keys of any length, mixed in one call, get the partition of Kafka's default partitioner."""
    expected = [value & 0x7FFFFFFF for value in _KAFKA_MURMUR2.values()]
    assert murmur2_partition(list(_KAFKA_MURMUR2), 2**31).tolist() == expected
    assert murmur2_partition(list(_KAFKA_MURMUR2), 7).tolist() == [h % 7 for h in expected]
    assert murmur2_partition([], 8).tolist() == []


def test_a_column_hashes_like_its_ids() -> None:
    """One by one, at once and from the cache, a text has one hash; `None` has 0."""
    texts = ["a", "主播-7", "", "a"]
    expected = [hash64(text) for text in texts]
    assert hash64_many(texts).tolist() == expected
    assert HashCache().column([*texts, None]).tolist() == [*expected, 0]


def test_hashes_are_pinned() -> None:
    """Another hash would orphan all state: these values stay."""
    assert hash64("user-1") == 8968379626967066057
    assert combine(1, 2).tolist() == [9248681918770584897]


def test_the_cache_is_bounded() -> None:
    """A stream of new ids does not fill the memory, and stays right."""
    cache = HashCache(limit=10)
    texts = [str(number) for number in range(95)]
    assert cache.column(texts).tolist() == [hash64(text) for text in texts]
    assert len(cache) <= 10


def test_keys_broadcast_and_order_matters() -> None:
    """A matrix of users by streams comes from a column and a row."""
    users, streams = np.arange(3, dtype=np.uint64)[:, None], np.arange(4, dtype=np.uint64)
    mixed = combine(users, streams)
    assert mixed.shape == (3, 4)
    assert len(np.unique(mixed)) == 12
    assert mixed[1, 2] == combine(1, 2)[0] != combine(2, 1)[0]
    assert combine(np.array([-1], dtype=np.int64))[0] == combine(-1)[0]


def test_uniforms_are_uniform() -> None:
    """A million of them, from consecutive keys, fill [0, 1) evenly."""
    drawn = uniform(7, np.arange(1_000_000, dtype=np.uint64))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    counts = np.histogram(drawn, bins=100, range=(0, 1))[0]
    assert np.abs(counts - 10_000).max() < 500
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.005
    assert not np.array_equal(drawn[:10], uniform(8, np.arange(10, dtype=np.uint64)))
