"""Words of other people made safe to stand in a reminder."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean", "clean_source", "shorten"]

# Bidirectional embeddings, overrides and isolates (they may swap the text around them), and
# characters that show nothing. The joiners U+200C and U+200D stay: scripts and emoji need them.
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")


def clean(text: str) -> str:
    """Return `text` on one line: no control, bidi, surrogate or invisible characters.

    Runs of white space become one space, those at the ends go. Never raises.

    >>> clean(" Ann\\u202e\\x00\\n Lee ")
    'Ann Lee'
    """
    if not text.isprintable():
        text = "".join(map(_kept, _UNSEEN.sub("", text)))
    return " ".join(text.split())


def clean_source(text: str) -> str:
    r"""Return a template's source without such characters, its line breaks kept as ``\n``."""
    return "\n".join(
        line if line.isprintable() else "".join(map(_kept, _UNSEEN.sub("", line)))
        for line in text.splitlines()
    )


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, the last of them "…" when it was longer.

    >>> shorten("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    return "" if category in {"Cc", "Cs"} else character
