from __future__ import annotations

import re

import pytest

from features.contentless import meaningful
from features.script import simplified
from features.topics import TOPICS, topics_in


def test_words_name_one_topic_each() -> None:
    """No word twice, Chinese ones simplified, English ones single words in lower case."""
    chinese = [word for topic in TOPICS for word in topic.zh]
    english = [word for topic in TOPICS for word in topic.en]
    assert len(set(chinese)) == len(chinese)
    assert len(set(english)) == len(english)
    assert [word for word in chinese if simplified(word) != word] == []
    assert [word for word in english if not re.fullmatch("[a-z]+", word)] == []
    assert all(len(topic.zh) >= 2 and len(topic.en) >= 2 for topic in TOPICS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("苹果手机降价", ["手机"]),
        ("现摘苹果", ["水果"]),
        ("lipsticks and watches", ["美妆", "手表"]),
        ("a toothbrush", []),
        ("", []),
    ],
)
def test_topics_of_a_text(text: str, named: list[str]) -> None:
    """The longest word wins, English plurals count, parts of English words do not."""
    assert [TOPICS[place].zh[0] for place in topics_in(text)] == named


@pytest.mark.parametrize("text", ["今晚八點見", "Come say hi!!", "關注我不迷路", "Friday 8pm 🔥"])
def test_greetings_and_times_mean_nothing(text: str) -> None:
    """In either script and language."""
    assert meaningful(text) == ""


def test_little_words_stay_within_a_sentence() -> None:
    """They go only where nothing else is left around them."""
    assert meaningful("今天有惊喜") == ""
    assert meaningful("有机蔬菜") == "有机蔬菜"
