"""What is said about a record that does not fit."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from operator import attrgetter
from typing import NamedTuple

__all__ = ["TEXT_LIMIT", "Rejected", "by_position", "explain", "explained", "printable", "shown"]

TEXT_LIMIT = 500
_SHOWN_LIMIT = 60
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


class Rejected(NamedTuple):
    """A bad record: where it was in the batch, a code of `ERROR_CODES`, and what to do.

    >>> Rejected(0, "empty_id", "`user_id`: got \\"\\"; send a string of 1 to 128 characters").code
    'empty_id'
    """

    position: int
    code: str
    text: str


by_position = attrgetter("position")
"""Key to sort by."""


def explain(position: int, code: str, path: str, got: str, send: str) -> Rejected:
    """Say where in the record (`path`), what came and what to send, in at most 500 characters."""
    return Rejected(position, code, explained(path, got, send))


def explained(path: str, got: str, send: str) -> str:
    """Return the text of `explain`."""
    text = f"`{path}`: got {got}; send {send}"
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def shown(came: object) -> str:
    """Show a JSON value, or the bytes of a key, in at most 60 characters and one line.

    >>> shown("x" * 1_000)[-22:]
    'xxx… (1000 characters)'
    >>> shown({"a": [True, None]})
    '{"a": [true, null]}'
    """
    if isinstance(came, bytes):
        came = came[: 2 * _SHOWN_LIMIT].decode("utf-8", "replace")
    if isinstance(came, str) and len(came) > _SHOWN_LIMIT:
        text = f"{encode_basestring(came[:40])[:-1]}… ({len(came)} characters)"
    else:
        text = _encoded(came)
        text = text if len(text) <= _SHOWN_LIMIT else text[: _SHOWN_LIMIT - 1] + "…"
    return printable(text)


def _encoded(came: object) -> str:
    """Return JSON; the encoder itself is slow for what most values are."""
    if isinstance(came, str):
        return encode_basestring(came)
    return str(came) if type(came) is int else _JSON.encode(came)


def printable(text: str) -> str:
    """Escape what a terminal or a header would act on: controls, direction marks, surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
