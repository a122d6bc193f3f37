"""Lines of 32-bit words without those that are zero: user rows are mostly zeros.

A line of ``words`` words is written as its first word, then a bit for each word (64 to a mask,
lowest first, whether it is not zero; that of the first word stays 0), then those that are not.
"""

from __future__ import annotations

import numpy as np

from features.compiled import compiled, inlined
from features.hashing import IntArray
from features.lines import gathered_lines
from features.words import (
    FILLED_WIDTH,
    Bytes,
    Words,
    filled_words,
    load_u32,
    load_u64,
    trailing_zeros,
)

__all__ = ["WORD_BYTES", "Words", "most_bytes", "read_sparse", "sparse_sizes", "write_sparse"]

WORD_BYTES = 4
_MASK_BITS = 64
_MASK_BYTES = _MASK_BITS // 8


def most_bytes(words: int) -> int:
    """Return what a line of so many words takes at most.

    >>> most_bytes(65)
    276
    """
    return words * WORD_BYTES + _masks(words) * _MASK_BYTES


@compiled
def _masks(words: int) -> int:
    """Return how many masks a line of so many words has."""
    return -(-words // _MASK_BITS)


def write_sparse(
    lines: Words, chosen: IntArray, behind: IntArray, out: Words
) -> tuple[IntArray, IntArray]:
    """Write the `chosen` lines one behind the other; return where, and their bytes, int64[n] each.

    Parameters
    ----------
    behind : int64[n], bytes that are left free behind each line.
    out : uint32[words]; `most_bytes` of each line and what is left free must fit in, in words.

    >>> lines, out = np.array([[7, 0, 9], [8, 0, 0]], np.uint32), np.zeros(9, np.uint32)
    >>> at, size = write_sparse(lines, np.array([0, 1]), np.array([3, 0]), out)
    >>> at.tolist(), size.tolist(), out.tolist()
    ([0, 20], [16, 12], [7, 4, 0, 9, 0, 8, 0, 0, 0])
    """
    at, size = np.empty(len(chosen), np.int64), np.empty(len(chosen), np.int64)
    _write(lines, chosen, behind, out, at, size)
    return at, size


@inlined
def _filled(line: Words, start: int, count: int) -> np.uint64:
    """Return a bit for each of `count` words, at most 64, from `start`: whether it is not zero."""
    mask, whole = np.uint64(0), count // FILLED_WIDTH * FILLED_WIDTH
    for place in range(0, whole, FILLED_WIDTH):
        mask |= filled_words(line, start + place) << np.uint64(place)
    for place in range(whole, count):
        mask |= np.uint64(line[start + place] != 0) << np.uint64(place)
    return mask


@compiled
def _write(
    lines: Words, chosen: IntArray, behind: IntArray, out: Words, at: IntArray, size: IntArray
) -> None:
    words, to = lines.shape[1], 0
    mask_words = _masks(words) * (_MASK_BYTES // WORD_BYTES)
    for row in range(len(chosen)):
        line, first, mask_at = lines[chosen[row]], to, to + 1
        out[first] = line[0]
        to = mask_at + mask_words
        for start in range(0, words, _MASK_BITS):
            mask = _filled(line, start, min(_MASK_BITS, words - start))
            if start == 0:
                mask &= ~np.uint64(1)
            out[mask_at] = np.uint32(mask)
            out[mask_at + 1] = np.uint32(mask >> np.uint64(32))
            mask_at += 2
            while mask != 0:
                out[to] = line[start + trailing_zeros(mask)]
                to += 1
                mask &= mask - np.uint64(1)
        at[row] = first * WORD_BYTES
        size[row] = (to - first) * WORD_BYTES
        to += -(-behind[row] // WORD_BYTES)


def sparse_sizes(data: Bytes, at: IntArray, size: IntArray, words: int) -> IntArray:
    """Return the bytes of the lines of so many words that begin at places of `data`, int64[n].

    -1 for what is none: `size` (int64[n]) are the bytes that there are, of the line and behind it.
    """
    least = WORD_BYTES + _masks(words) * _MASK_BYTES
    taken = np.full(len(at), -1)
    whole = np.flatnonzero(size >= least)
    masks = gathered_lines(data, at[whole] + WORD_BYTES, least - WORD_BYTES).view("<u8")
    masks = masks.reshape(len(whole), _masks(words))
    wanted = least + WORD_BYTES * np.bitwise_count(masks).sum(axis=1, dtype=np.int64)
    beyond = masks[:, -1] >> np.uint64((words - 1) % _MASK_BITS) >> np.uint64(1)
    fits = (wanted <= size[whole]) & (beyond == 0) & (masks[:, 0] & np.uint64(1) == 0)
    taken[whole[fits]] = wanted[fits]
    return taken


@compiled
def read_sparse(data: Bytes, at: IntArray, lines: Words, chosen: IntArray) -> None:
    """Put the lines at places of `data` into the `chosen` ones; see `sparse_sizes` for checks."""
    words = lines.shape[1]
    mask_bytes = _masks(words) * _MASK_BYTES
    for row in range(len(at)):
        line, mask_at = lines[chosen[row]], at[row] + WORD_BYTES
        held = mask_at + mask_bytes
        line[:] = 0
        line[0] = load_u32(data, at[row])
        for start in range(0, words, _MASK_BITS):
            mask = load_u64(data, mask_at)
            mask_at += _MASK_BYTES
            while mask != 0:
                line[start + trailing_zeros(mask)] = load_u32(data, held)
                held += WORD_BYTES
                mask &= mask - np.uint64(1)
