"""Which language a reminder speaks to a user."""

from __future__ import annotations

from typing import Literal

__all__ = ["TEXT_LOCALES", "TextLocale", "language", "script", "text_locale"]

TextLocale = Literal["zh-CN", "en"]
TEXT_LOCALES: tuple[TextLocale, ...] = ("zh-CN", "en")

_TRADITIONAL = {"hk", "mo", "tw"}
_SCRIPT_LETTERS = 4


def language(tag: str) -> str:
    """Return the primary language of a BCP 47 tag, in lower case.

    >>> language("zh-Hant-TW"), language("EN-us")
    ('zh', 'en')
    """
    return tag.partition("-")[0].lower()


def script(tag: str) -> str:
    """Return the script that a BCP 47 tag names, in lower case, "" where it names none.

    Chinese always has one: traditional in Hong Kong, Macau and Taiwan, else simplified.

    >>> script("zh-Hant-CN"), script("zh-TW"), script("zh"), script("sr-latn"), script("en-GB")
    ('hant', 'hant', 'hans', 'latn', '')
    """
    first, *rest = tag.lower().split("-")
    named = [part for part in rest if len(part) == _SCRIPT_LETTERS and part.isalpha()]
    if named or first != "zh":
        return "".join(named[:1])
    return "hans" if _TRADITIONAL.isdisjoint(rest) else "hant"


def text_locale(tag: str) -> TextLocale:
    """Return the locale of our own texts for a user's locale: Chinese, else English."""
    return "zh-CN" if language(tag) == "zh" else "en"
