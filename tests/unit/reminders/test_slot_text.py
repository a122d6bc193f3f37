from __future__ import annotations

import pytest

from reminders.slot_text import clean, clean_source, shorten


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ann", "Ann"),
        ("  Ann \t Lee\r\n", "Ann Lee"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("safe\u202eevil", "safeevil"),
        ("\u2066x\u2069\u200b\ufeff", "x"),
        ("\x00\x07\x1b[31m", "[31m"),
        ("half \ud83d pair", "half pair"),
        ("\u200b\u200b", ""),
        ("全角　空格", "全角 空格"),
        ("👩\u200d👧 کتاب\u200cها", "👩\u200d👧 کتاب\u200cها"),
    ],
)
def test_cleaning(raw: str, shown: str) -> None:
    """One line without what could hide, swap or break the text; joiners of scripts stay."""
    assert clean(raw) == shown


def test_source_keeps_its_line_breaks() -> None:
    """A body may have several lines, of whatever platform."""
    assert clean_source("a\r\nb\u202e\x00c\u2028d") == "a\nbc\nd"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a bcd", 3, "a…"), ("", 3, ""), ("ab", 1, "…")],
)
def test_shortening(text: str, limit: int, short: str) -> None:
    """Never more than the limit, and the cut shows."""
    assert shorten(text, limit) == short
