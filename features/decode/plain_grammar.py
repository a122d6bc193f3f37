"""Where a flat JSON object breaks off, as msgspec sees it: for records that are no JSON."""

from __future__ import annotations

from features.compiled import inlined
from features.decode.plain_escapes import BACKSLASH, escape_size
from features.decode.plain_faults import (
    FITS,
    INVALID_BYTE,
    NO_COLON,
    NO_COMMA,
    NO_NAME,
    TRAILING,
    TRAILING_COMMA,
    TRUNCATED,
    UNSURE,
)
from features.decode.plain_nesting import EXPONENTS
from features.decode.plain_values import QUOTE, after_white, is_digit
from features.words import Bytes

__all__ = ["after_object", "after_pair", "broken_text", "broken_value", "name_start", "value_after"]

_CLOSE, _COLON, _COMMA, _MINUS = b"}:,-"
_SPACE, _OTHERS = ord(" "), tuple(b"[{ntf")

# Each looks at ``data[at:end]``, UTF-8 without halves of surrogate pairs, and returns a fault and
# the place where it was found; or `FITS` and where to go on.


@inlined
def name_start(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Look for the quote of a name, after the brace of an object that is not empty, or a comma."""
    at = after_white(data, at, end)
    if at == end:
        return TRUNCATED, at
    if data[at] == QUOTE:
        return FITS, at
    return (TRAILING_COMMA if data[at] == _CLOSE else NO_NAME), at


@inlined
def value_after(data: Bytes, quote: int, end: int) -> tuple[int, int]:
    """Look for the value, after the quote that ends its name."""
    at = after_white(data, quote + 1, end)
    if at == end:
        return TRUNCATED, at
    if data[at] != _COLON:
        return NO_COLON, at
    at = after_white(data, at + 1, end)
    return (TRUNCATED if at == end else FITS), at


@inlined
def after_pair(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Look for the comma or the brace after a value."""
    at = after_white(data, at, end)
    if at == end:
        return TRUNCATED, at
    if data[at] in EXPONENTS:
        return UNSURE, at
    return (FITS if data[at] in (_COMMA, _CLOSE) else NO_COMMA), at


@inlined
def after_object(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Look for the end of the record, after the brace."""
    at = after_white(data, at, end)
    return (FITS, at) if at == end else (TRAILING, at + 1)


@inlined
def broken_value(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Look at a value that is not plain."""
    byte = data[at]
    if byte == QUOTE:
        return broken_text(data, at + 1, end)
    if byte == _MINUS:
        whole = at + 1 == end or is_digit(data[at + 1])
        return (UNSURE if whole else INVALID_BYTE), at + 1
    return (UNSURE if is_digit(byte) or byte in _OTHERS else INVALID_BYTE), at


@inlined
def broken_text(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Look at text that is not plain, from after its quote."""
    while at < end:
        byte = data[at]
        size = escape_size(data, at, end) if byte == BACKSLASH else 1
        if byte == QUOTE or size == 0:
            return UNSURE, at
        if byte < _SPACE:
            return INVALID_BYTE, at
        at += size
    return TRUNCATED, at
