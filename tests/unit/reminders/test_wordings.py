from __future__ import annotations

from typing import Any

import pytest

from features.contracts import Copy, Product, StreamRecord
from reminders.copies import compile_copies
from reminders.wordings import Cell, Wordings


def copy(copy_id: str, locale: str, title: str = "t") -> Copy:
    """A copy whose title matters."""
    return Copy(copy_id=copy_id, locale=locale, title=title, body="b")


def wordings(*copies: Copy, **fields: Any) -> Wordings:
    """The wordings of a stream with these copies."""
    known = {"title": "Autumn", "host_name": "Lin", **fields}
    record = StreamRecord(
        stream_id="s", ts=1, status="scheduled", host_id="h", copies=list(copies), **known
    )
    return Wordings(record, compile_copies(record))


def ids(made: Wordings, locale: str, named: bool = True) -> list[list[str]]:
    """The copy ids in tiers."""
    tiers = made.tiers(Cell(locale, 120, named), "invite")
    return [[wording.copy.copy_id for wording in tier] for tier in tiers]


_BUILT_IN_ZH = ["builtin.zh-CN.invite.3", "builtin.zh-CN.invite.4"]
_BUILT_IN_EN = ["builtin.en.invite.3", "builtin.en.invite.4"]


def test_the_very_locale_comes_before_the_language() -> None:
    """Letter case does not matter; another language is not for this user."""
    made = wordings(copy("tw", "zh-TW"), copy("cn", "zh-cn"), copy("e", "en"))
    assert ids(made, "zh-CN") == [["cn"], ["tw"], _BUILT_IN_ZH]
    assert ids(made, "zh-Hans") == [["cn"], ["tw"], _BUILT_IN_ZH]
    assert ids(made, "en-GB") == [["e"], _BUILT_IN_EN]


@pytest.mark.parametrize(
    ("locale", "tiers"),
    [
        ("zh", [["cn"], ["hant"]]),
        ("zh-Hans-HK", [["cn"], ["hant"]]),
        ("zh-sg", [["cn"], ["hant"]]),
        ("zh-TW", [["hant"], ["cn"]]),
        ("zh-hant-CN", [["hant"], ["cn"]]),
        ("zh-MO", [["hant"], ["cn"]]),
        ("sr-Latn", [["latin"], ["sr"]]),
        ("sr-RS", [["sr"], ["latin"]]),
    ],
)
def test_the_script_that_is_read_comes_before_the_language(
    locale: str, tiers: list[list[str]]
) -> None:
    """As the tag says, else, of Chinese, as the region writes."""
    own = ("hant", "zh-Hant"), ("cn", "zh-CN"), ("latin", "sr-Latn-RS"), ("sr", "sr")
    made = wordings(*(copy(*named) for named in own))
    assert ids(made, locale)[:2] == tiers


def test_other_languages_fall_back_to_english() -> None:
    """To the stream's own English, then to ours."""
    made = wordings(copy("e", "en-US"), copy("z", "zh-CN"), copy("j", "ja"))
    assert ids(made, "ja-JP") == [["j"], ["e"], _BUILT_IN_EN]
    assert ids(made, "fr") == [["e"], _BUILT_IN_EN]


def test_copies_with_an_empty_slot_are_out() -> None:
    """A slot that is mentioned must be filled, be it only in a condition."""
    made = wordings(
        copy("name", "en", "{{ nickname }}"),
        copy("thing", "en", "{{ product_name }}"),
        copy("if", "en", "{% if product_name %}x{% endif %}y"),
        copy("plain", "en", "{{ host_name }} {{ starts_in }}"),
        products=[],
    )
    assert ids(made, "en")[0] == ["name", "plain"]
    assert ids(made, "en", named=False)[0] == ["plain"]


def test_a_product_fills_the_slot() -> None:
    """Cleaned, as everything that others wrote; the first, or the one the user likes best."""
    products = [Product(product_id="1", name=" Boot\u202e\n"), Product(product_id="2", name="Hat")]
    made = wordings(copy("thing", "en", "{{ product_name }}!"), products=products)
    assert made.tiers(Cell("en", 120, True), "invite")[0][0].title == ("Boot!",)
    assert made.tiers(Cell("en", 120, True, 1), "invite")[0][0].title == ("Hat!",)


def test_a_title_that_cleans_to_nothing_is_no_title() -> None:
    """Invisible characters fill no slot."""
    made = wordings(copy("t", "en", "{{ stream_title }}"), title="\u200b\x00")
    assert ids(made, "en") == [_BUILT_IN_EN]


def test_texts_too_long_for_everybody_are_out() -> None:
    """A stream title of 200 characters fits no title, and is cut in built-in copies."""
    made = wordings(copy("t", "en", "{{ stream_title }}"), title="W" * 200)
    (tier,) = made.tiers(Cell("en", 120, True), "invite")
    assert all(wording.copy.built_in for wording in tier)
    assert "W" * 59 + "…" in "".join(tier[1].title or ())


def test_starts_in_speaks_the_copys_language() -> None:
    """A fallback copy in English tells the time in English."""
    made = wordings(copy("e", "en", "{{ starts_in }}"), copy("j", "ja", "{{ starts_in }}"))
    tiers = made.tiers(Cell("ja", 120, True), "invite")
    assert [tier[0].title for tier in tiers[:2]] == [("2 h",), ("in 2 hours",)]


def test_copies_that_read_the_name_are_rendered_by_user() -> None:
    """Their texts depend on it, and may fail for one user."""
    made = wordings(copy("u", "en", "{{ nickname|upper }}"))
    wording = made.tiers(Cell("en", 120, True), "invite")[0][0]
    assert wording.title is None
    assert wording.text("Ann") == ("ANN", "b")
    assert wording.text("x" * 121) is None


def test_the_memory_of_wordings_is_bounded() -> None:
    """However many locales users make up, and the answer stays the same."""
    made = wordings(copy("e", "en"))
    first = ids(made, "en")
    for n in range(600):
        ids(made, f"en-x-{n}")
    assert ids(made, "en") == first
