from __future__ import annotations

import itertools
import re
from typing import get_args

import pytest

from features.contracts import Intent
from reminders.copybook import SHOWN, built_in_copies, moment_of
from reminders.copybook_texts import TEXTS, Moment
from reminders.duration_text import starts_in
from reminders.locales import TEXT_LOCALES, TextLocale

_SAMPLES = {
    "nickname": "小鱼",
    "host_name": "林夕",
    "stream_title": "秋季新品",
    "product_name": "羊绒大衣",
}
_MINUTES = {"early": 1440, "near": 120, "soon": 15}
_EVERY = list(itertools.product(TEXT_LOCALES, get_args(Intent), get_args(Moment)))
# What an unfilled slot would leave behind.
_UNFINISHED = re.compile(
    r"[{}\x00]|None|  |^[\s，。,.]|[，,]\s*[，。,.]|「」|“”|\s[,.，。]|with [.,]|[，, ]$"
)


@pytest.mark.parametrize(("locale", "intent", "moment"), _EVERY)
@pytest.mark.parametrize("filled", range(2 ** len(_SAMPLES)))
def test_never_an_unfilled_slot(
    locale: TextLocale, intent: Intent, moment: Moment, filled: int
) -> None:
    """Whatever is known of the user and the stream, each wording is a whole sentence."""
    values = {slot: text for at, (slot, text) in enumerate(_SAMPLES.items()) if filled >> at & 1}
    values["starts_in"] = when = starts_in(_MINUTES[moment], locale)
    for copy in built_in_copies(locale, intent, moment):
        title, body = copy.title.render(values), copy.body.render(values)
        assert title is not None
        assert body is not None
        assert not _UNFINISHED.search(title), title
        assert not _UNFINISHED.search(body), body
        assert when in title
        assert {text for text in values.values() if text not in title + body} <= {"小鱼"}


@pytest.mark.parametrize(("locale", "intent", "moment"), _EVERY)
def test_the_longest_slots_fit(locale: TextLocale, intent: Intent, moment: Moment) -> None:
    """With every slot as long as built-in copies show it, no limit is met."""
    values = {slot: "W" * longest for slot, longest in SHOWN.items()}
    values["starts_in"] = max((starts_in(m, locale) for m in range(0, 3_000, 5)), key=len)
    for copy in built_in_copies(locale, intent, moment):
        assert copy.title.render(values) is not None
        assert copy.body.render(values) is not None


def test_copies_have_ids_of_their_own() -> None:
    """Each wording can be learnt about, and says what it is."""
    copies = [copy for key in _EVERY for copy in built_in_copies(*key)]
    assert len({copy.copy_id for copy in copies}) == len(copies)
    assert copies[0].copy_id == "builtin.zh-CN.invite.1"
    assert all(copy.built_in and not copy.needs for copy in copies)
    assert all(copy.title.is_open and copy.body.is_open for copy in copies)


def test_there_is_a_choice_everywhere() -> None:
    """Two wordings at least for each locale, intent and moment."""
    assert set(TEXTS) == set(itertools.product(TEXT_LOCALES, get_args(Intent)))
    assert min(len(built_in_copies(*key)) for key in _EVERY) >= 2


@pytest.mark.parametrize(
    ("minutes", "moment"),
    [(1680, "early"), (480, "early"), (475, "near"), (60, "near"), (30, "soon"), (0, "soon")],
)
def test_moments_follow_the_ladder(minutes: int, moment: str) -> None:
    """A day before, some hours before, right before: whatever the rungs are called."""
    assert moment_of(minutes) == moment


def test_only_what_can_be_reserved_is_offered() -> None:
    """An attend reminder speaks of the reservation that is there, never asks for one."""
    for locale, moment in itertools.product(TEXT_LOCALES, get_args(Moment)):
        values = {"starts_in": starts_in(15, locale), "stream_title": "X"}
        for copy in built_in_copies(locale, "attend", moment):
            text = f"{copy.title.render(values)} {copy.body.render(values)}"
            assert re.search("预约的|已预约|reserved", text), text
