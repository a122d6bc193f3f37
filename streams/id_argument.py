"""Ids as they are given on a command line."""

from __future__ import annotations

import typer

__all__ = ["checked_id"]

_LONGEST = 128


def checked_id(text: str) -> str:
    """Return the id, or end with exit code 2 and what an id must be.

    >>> checked_id("小美")
    '小美'
    """
    if not 1 <= len(text) <= _LONGEST:
        raise typer.BadParameter(f"must have 1 to {_LONGEST} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("must be UTF-8") from None
    return text
