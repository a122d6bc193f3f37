from __future__ import annotations

import numpy as np
import pytest

from features.coded import Coded, distinct


def test_it_reads_like_the_column_it_stands_for() -> None:
    """By place, by part, by rows, and as a whole."""
    column = Coded.of(["b", "a", "b", None])
    assert list(column) == ["b", "a", "b", None]
    assert (len(column), column[-1], list(column[1:3])) == (4, None, ["a", "b"])
    assert list(column.take(np.array([3, 0]))) == [None, "b"]
    assert Coded.of(column) is column


def test_mapping_asks_once_a_value() -> None:
    """Values that become alike are one value after that."""
    asked: list[str] = []

    def first(word: str) -> str:
        asked.append(word)
        return word[0]

    mapped = Coded.of(["ab", "ac", "b", "ab"]).map(first)
    assert (list(mapped), mapped.values, asked) == (
        ["a", "a", "b", "a"],
        ("a", "b"),
        ["ab", "ac", "b"],
    )


def test_nothing() -> None:
    """An empty column has no values."""
    assert list(Coded.of([]).map(len)) == []
    assert [part.tolist() for part in distinct(np.empty(0, np.int64))] == [[], []]


@pytest.mark.parametrize("most", [3, 10**15])
def test_distinct_is_unique_with_its_inverse(most: int) -> None:
    """For small keys, counted, and for large ones, sorted."""
    keys = np.random.default_rng(0).integers(0, most, 500)
    values, place = distinct(keys)
    assert values.tolist() == sorted(set(keys.tolist()))
    assert (values[place] == keys).all()
