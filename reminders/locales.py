"""Which language a reminder speaks to a user."""

from __future__ import annotations

from typing import Literal

__all__ = ["TEXT_LOCALES", "TextLocale", "language", "text_locale"]

TextLocale = Literal["zh-CN", "en"]
TEXT_LOCALES: tuple[TextLocale, ...] = ("zh-CN", "en")


def language(tag: str) -> str:
    """Return the primary language of a BCP 47 tag, in lower case.

    >>> language("zh-Hant-TW"), language("EN-us")
    ('zh', 'en')
    """
    return tag.partition("-")[0].lower()


def text_locale(tag: str) -> TextLocale:
    """Return the locale of our own texts for a user's locale: Chinese, else English."""
    return "zh-CN" if language(tag) == "zh" else "en"
