"""Every target takes its corpus, what broke it once among it, and whatever Hypothesis thinks of."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing.targets import TARGETS
from hypothesis import given, settings
from hypothesis import strategies as st

CORPUS = Path(__file__).with_name("corpus")


def seeds(name: str) -> list[bytes]:
    """The corpus of a target."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_breaks_nothing(name: str) -> None:
    """Each file by itself."""
    found = seeds(name)
    assert found
    for data in found:
        TARGETS[name](data)


def mutations(name: str) -> st.SearchStrategy[bytes]:
    """Pieces of the corpus in any order, with bytes of any kind between them."""
    whole = seeds(name)
    pieces = [data[at : at + 24] for data in whole for at in range(0, len(data), 24)]
    some = st.sampled_from([*whole, *pieces]) | st.binary(max_size=6)
    return st.lists(some, max_size=8).map(b"".join)


@pytest.mark.parametrize("name", TARGETS)
def test_mutations_of_the_corpus_break_nothing(name: str) -> None:
    """A target raises nothing, whatever it is given."""

    @settings(max_examples=150, deadline=None)
    @given(mutations(name))
    def hold(data: bytes) -> None:
        TARGETS[name](data)

    hold()
