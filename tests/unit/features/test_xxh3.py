from __future__ import annotations

import random

import numpy as np
import pytest

from features.compiled import compiled
from features.hashing import IntArray, U64Array, hash64_many
from features.words import Bytes
from features.xxh3 import LENGTH_MAX, hash_text


@compiled
def _hash_each(data: Bytes, at: IntArray, size: IntArray, hashes: U64Array) -> None:
    for place in range(len(at)):
        hashes[place] = hash_text(data, at[place], size[place])


def hashed(texts: list[bytes]) -> list[int]:
    """Return the compiled hash of each text, all of which lie in one buffer."""
    size = np.array([len(text) for text in texts], np.int64)
    data = np.frombuffer(b"".join(texts), np.uint8)
    hashes = np.zeros(len(texts), np.uint64)
    _hash_each(data, np.cumsum(size) - size, size, hashes)
    return [int(one) for one in hashes]


@pytest.mark.parametrize("seed", range(20))
def test_every_length_hashes_as_the_library_does(seed: int) -> None:
    """From nothing to the longest that is allowed, at any alignment."""
    letters = random.Random(seed)
    texts = ["".join(chr(letters.randrange(128)) for _ in range(n)) for n in range(LENGTH_MAX + 1)]
    letters.shuffle(texts)
    assert hashed([text.encode() for text in texts]) == hash64_many(texts).tolist()


def test_texts_that_are_not_ascii_hash_as_their_utf_8_does() -> None:
    """Bytes of 128 and more are not signed."""
    texts = ["直播间" * n for n in range(LENGTH_MAX // 9 + 1)] + ["😀" * n for n in range(61)]
    assert hashed([text.encode() for text in texts]) == hash64_many(texts).tolist()
