"""Lines without their zeros: what is written comes back, and what is no line is refused."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from features.compiled import read_only
from features.hashing import IntArray
from features.sparse_lines import (
    WORD_BYTES,
    Words,
    most_bytes,
    read_sparse,
    sparse_sizes,
    write_sparse,
)
from features.words import Bytes

_WORDS = st.sampled_from([1, 63, 64, 65, 128, 176])


@st.composite
def _lines(draw: st.DrawFn) -> Words:
    shape = (draw(st.integers(0, 5)), draw(_WORDS))
    value = st.sampled_from([0, 0, 0, 1, 0x80000000, 0xFFFFFFFF])
    return draw(hnp.arrays(np.uint32, shape, elements=value))


def _written(lines: Words, gap: int) -> tuple[Bytes, IntArray, IntArray]:
    count, words = lines.shape
    behind = np.arange(count) * gap
    room = np.zeros(count * (most_bytes(words) // 4 + 1 + count * gap), np.uint32)
    at, size = write_sparse(lines, np.arange(count), behind, room)
    return room.view(np.uint8), at, size


@given(_lines(), st.integers(0, 9))
def test_what_is_written_comes_back(lines: Words, gap: int) -> None:
    """With room behind each line, whatever words it has, from an odd place too."""
    count, words = lines.shape
    data, at, size = _written(lines, gap)
    least = WORD_BYTES * (1 + 2 * -(-words // 64))
    assert size.tolist() == (least + 4 * np.count_nonzero(lines[:, 1:], axis=1)).tolist()
    assert (np.diff(at) >= (size + np.arange(count) * gap)[:-1]).all()
    odd = read_only(np.concatenate([np.ones(1, np.uint8), data]))
    assert sparse_sizes(odd, at + 1, size, words).tolist() == size.tolist()
    back = np.full((count + 1, words), 7, np.uint32)
    places = np.arange(count)[::-1].copy()
    read_sparse(odd, at + 1, back, places)
    assert (back[places] == lines).all()
    assert (back[count] == 7).all()


@given(_lines())
def test_a_line_that_ends_too_early_is_none(lines: Words) -> None:
    """One byte less than it says, or no more than its beginning."""
    data, at, size = _written(lines, 0)
    for fewer in (1, WORD_BYTES):
        assert (sparse_sizes(data, at, size - fewer, lines.shape[1]) == -1).all()


def test_words_beyond_a_line_are_refused() -> None:
    """They would be written into the neighbour's; so is a second first word."""
    data, at, size = _written(np.ones((1, 65), np.uint32), 0)
    for place, bit in ((4, 1), (12, 2), (19, 0x80)):
        wrong = data.copy()
        wrong[place] |= bit
        found = sparse_sizes(wrong, at, size + 8, 65)
        assert found.tolist() == [-1], place
