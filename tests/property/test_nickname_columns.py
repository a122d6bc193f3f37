"""Nicknames are cleaned in columns as `clean` cleans one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from features.texts import Texts
from reminders.nicknames import clean_nicknames
from reminders.slot_text import clean

_LETTERS = (
    'Az09 \t"\\~\x7f\x1f\u200b\u202e\u3000\u4dff\u4e00\u5b89\u9fa5\u9fa6\ufeff\U0001f600\u00e9'
)
_NAMES = st.text(max_size=12) | st.text(_LETTERS, max_size=12)


@given(st.lists(_NAMES, max_size=8))
@settings(deadline=None)
def test_names_are_what_clean_makes_of_each(names: list[str]) -> None:
    """Texts and their lengths in characters, those that change and those that do not."""
    found = clean_nicknames(Texts.of(names))
    assert found.texts.strings() == list(map(clean, names))
    assert found.lengths.tolist() == [len(clean(name)) for name in names]
