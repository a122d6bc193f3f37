"""XXH3 of 64 bits for the short texts of records, in compiled code.

The algorithm is Yann Collet's (https://github.com/Cyan4973/xxHash, `doc/xxhash_spec.md`), with
seed 0 and the default secret, for at most `LENGTH_MAX` bytes.
"""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from features.words import Bytes, fold_product, load_u32, load_u64, swapped_u64

__all__ = ["LENGTH_MAX", "hash_text"]

LENGTH_MAX = 240

_SECRET = np.frombuffer(
    bytes.fromhex(
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
        "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
        "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
        "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
        "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
        "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
    ),
    np.uint8,
)


def _flip(at: int) -> np.uint64:
    """Return two words of the secret, one XOR the other."""
    one, other = (int.from_bytes(_SECRET[k : k + 8].tobytes(), "little") for k in (at, at + 8))
    return np.uint64(one ^ other)


_PRIME_1 = np.uint64(0x9E3779B185EBCA87)
_PRIME_2 = np.uint64(0xC2B2AE3D27D4EB4F)
_PRIME_3 = np.uint64(0x165667B19E3779F9)
_MIX = np.uint64(0x165667919E3779F9)
_MIX_8 = np.uint64(0x9FB21C651E98DF25)
_FLIP_0, _FLIP_8, _FLIP_LOW, _FLIP_HIGH = _flip(56), _flip(8), _flip(24), _flip(40)
_FLIP_3 = np.uint64(int.from_bytes(_SECRET[:4].tobytes(), "little")) ^ np.uint64(
    int.from_bytes(_SECRET[4:8].tobytes(), "little")
)


@inlined
def hash_text(data: Bytes, at: int, size: int) -> np.uint64:
    """Return `features.hashing.hash64` of the `size` bytes from `at`; at most `LENGTH_MAX`."""
    if size > 128:
        hashed = _to_240(data, at, size)
    elif size > 16:
        hashed = _to_128(data, at, size)
    elif size > 8:
        hashed = _to_16(data, at, size)
    elif size > 3:
        hashed = _to_8(data, at, size)
    else:
        hashed = _to_3(data, at, size)
    return hashed if hashed != np.uint64(0) else np.uint64(1)


@inlined
def _to_3(data: Bytes, at: int, size: int) -> np.uint64:
    if size == 0:
        return _finish_short(_FLIP_0)
    first, middle = np.uint64(data[at]), np.uint64(data[at + (size >> 1)])
    last = np.uint64(data[at + size - 1])
    upper = first << np.uint64(16) | middle << np.uint64(24)
    return _finish_short((upper | np.uint64(size) << np.uint64(8) | last) ^ _FLIP_3)


@inlined
def _to_8(data: Bytes, at: int, size: int) -> np.uint64:
    first, last = np.uint64(load_u32(data, at)), np.uint64(load_u32(data, at + size - 4))
    word = (last + (first << np.uint64(32))) ^ _FLIP_8
    word ^= _rotated(word, 49) ^ _rotated(word, 24)
    word *= _MIX_8
    word ^= (word >> np.uint64(35)) + np.uint64(size)
    word *= _MIX_8
    return word ^ word >> np.uint64(28)


@inlined
def _to_16(data: Bytes, at: int, size: int) -> np.uint64:
    low = load_u64(data, at) ^ _FLIP_LOW
    high = load_u64(data, at + size - 8) ^ _FLIP_HIGH
    return _finish(np.uint64(size) + swapped_u64(low) + high + fold_product(low, high))


@inlined
def _to_128(data: Bytes, at: int, size: int) -> np.uint64:
    total, end = np.uint64(size) * _PRIME_1, at + size
    for pair in range((size - 1) // 32 + 1):
        total += _mixed(data, at + 16 * pair, 32 * pair)
        total += _mixed(data, end - 16 * pair - 16, 32 * pair + 16)
    return _finish(total)


@inlined
def _to_240(data: Bytes, at: int, size: int) -> np.uint64:
    total = np.uint64(size) * _PRIME_1
    for part in range(8):
        total += _mixed(data, at + 16 * part, 16 * part)
    total = _finish(total)
    for part in range(8, size // 16):
        total += _mixed(data, at + 16 * part, 16 * (part - 8) + 3)
    return _finish(total + _mixed(data, at + size - 16, 119))


@inlined
def _mixed(data: Bytes, at: int, secret: int) -> np.uint64:
    low = load_u64(data, at) ^ load_u64(_SECRET, secret)
    high = load_u64(data, at + 8) ^ load_u64(_SECRET, secret + 8)
    return fold_product(low, high)


@inlined
def _rotated(word: np.uint64, bits: int) -> np.uint64:
    return word << np.uint64(bits) | word >> np.uint64(64 - bits)


@inlined
def _finish(word: np.uint64) -> np.uint64:
    word ^= word >> np.uint64(37)
    word *= _MIX
    return word ^ word >> np.uint64(32)


@inlined
def _finish_short(word: np.uint64) -> np.uint64:
    word ^= word >> np.uint64(33)
    word *= _PRIME_2
    word ^= word >> np.uint64(29)
    word *= _PRIME_3
    return word ^ word >> np.uint64(32)
