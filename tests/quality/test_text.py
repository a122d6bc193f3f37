"""Titles and interests: the set is what its page says, and embedders match it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.quality.text import contentless_figures, matched
from benchmarks.quality.text_set import Title, read_interests, read_titles
from features.embedding import Embedder, HashedNgramEmbedder


@pytest.fixture(scope="module")
def titles() -> list[Title]:
    """The whole set."""
    return read_titles()


def test_the_set_is_what_its_page_says(titles: list[Title]) -> None:
    """Numbers by kind and language, no title twice, ten with a topic for each interest."""
    assert Counter((title.kind, title.language) for title in titles) == {
        ("plain", "zh"): 90,
        ("plain", "en"): 90,
        ("noise", "zh"): 60,
        ("noise", "en"): 30,
        ("traditional", "zh"): 30,
        ("contentless", "zh"): 50,
        ("contentless", "en"): 30,
        ("contentless-late", "zh"): 20,
        ("contentless-late", "en"): 10,
    }
    assert len({title.text for title in titles}) == len(titles)
    topics = Counter(title.topic for title in titles if title.topic)
    assert topics == {interest.topic: 10 for interest in read_interests()}


@pytest.mark.parametrize("across", [False, True])
def test_titles_find_their_interest(embedder: Embedder, titles: list[Title], across: bool) -> None:
    """Within a language and across: the fallback mostly, the sentence embedder nearly always."""
    with_topic = [title for title in titles if title.topic]
    interests = read_interests()
    right = {name: matched(embedder, with_topic, interests, name) for name in ("zh", "en")}
    found = [
        right["zh" if (title.language == "zh") != across else "en"][row]
        for row, title in enumerate(with_topic)
    ]
    assert np.mean(found) >= (0.65 if isinstance(embedder, HashedNgramEmbedder) else 0.82)


def test_who_says_nothing_gives_no_signal(embedder: Embedder, titles: list[Title]) -> None:
    """Nearly no title without content has a vector, nearly all others have one."""
    silent = {
        line["figure"].removeprefix("text_e_"): line["value"]
        for line in contentless_figures("e", embedder, titles)
    }
    assert silent["contentless_no_signal"] >= 0.9
    assert silent["contentless_late_no_signal"] >= 0.9
    assert silent["content_no_signal"] <= 0.1
