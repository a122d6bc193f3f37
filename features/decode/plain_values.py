"""JSON values that are surely plain: where they end, and the numbers that they say.

Everything here looks at ``data[at:end]`` and answers -1 for what is not plain: text with control
characters, lone surrogates or bytes that are not UTF-8, numbers with an exponent or too many
digits, arrays and objects. That says nothing of whether it is valid.
"""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from features.decode.plain_characters import character_size
from features.decode.plain_escapes import BACKSLASH, escape_size
from features.words import ODD_WIDTH, Bytes, odd_bytes, same_bytes, trailing_zeros

__all__ = [
    "QUOTE",
    "after_white",
    "decimal",
    "integer",
    "is_digit",
    "null_end",
    "text_end",
    "value_end",
]

QUOTE = ord('"')
_MINUS, _POINT, _ZERO = ord("-"), ord("."), ord("0")
_SPACE, _TAB, _LINE_FEED, _RETURN = b" \t\n\r"
_LETTERS = np.frombuffer(b"nulltruefalse", np.uint8)
_INTEGER_DIGITS = 16
_DECIMAL_DIGITS = 15
_SKIPPED_DIGITS = 32


@inlined
def after_white(data: Bytes, at: int, end: int) -> int:
    """Return the place of the first byte that is no white space, `end` if there is none."""
    while at < end and data[at] <= _SPACE:
        if data[at] not in (_SPACE, _LINE_FEED, _RETURN, _TAB):
            break
        at += 1
    return at


@inlined
def text_end(data: Bytes, at: int, end: int) -> tuple[int, bool]:
    """Return the place of the quote that ends the text which begins at `at`, after its quote.

    And whether there are escapes in the text.
    """
    escaped = False
    while at < end:
        if at + ODD_WIDTH <= len(data):
            odd = odd_bytes(data, at)
            if odd == np.uint64(0):
                at += ODD_WIDTH
                continue
            at += trailing_zeros(odd)
            if at >= end:
                break
        byte = data[at]
        if byte == QUOTE:
            return at, escaped
        if byte == BACKSLASH:
            size, escaped = escape_size(data, at, end), True
        elif byte >= 0x80:
            size = character_size(data, at, end)
        else:
            size = int(byte >= _SPACE)
        if size == 0:
            break
        at += size
    return -1, escaped


@inlined
def integer(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return an integer of at most 16 digits and where it ends."""
    negative = data[at] == _MINUS
    start = at + 1 if negative else at
    value, place = _digits(data, start, end, _INTEGER_DIGITS)
    if place < 0 or (negative and value == 0):
        return 0, -1
    return (-value if negative else value), place


@inlined
def decimal(data: Bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return a number of at most 15 digits without sign or exponent, and where it ends.

    The number is the first integer over 10 to the power of the second, exactly.
    """
    value, place = _digits(data, at, end, _DECIMAL_DIGITS)
    if place < 0 or place == end or data[place] != _POINT:
        return value, 0, place
    start = place + 1
    most = _DECIMAL_DIGITS - (place - at)
    place = start
    while place < end and is_digit(data[place]) and place - start < most:
        value = 10 * value + (data[place] - _ZERO)
        place += 1
    if place == start or (place < end and is_digit(data[place])):
        return 0, 0, -1
    return value, place - start, place


@inlined
def null_end(data: Bytes, at: int, end: int) -> int:
    """Return where the `null` at `at` ends."""
    return at + 4 if at + 4 <= end and same_bytes(_LETTERS, 0, data, at, 4) else -1


@inlined
def value_end(data: Bytes, at: int, end: int) -> int:
    """Return where any text, number, `true`, `false` or `null` ends."""
    byte = data[at]
    if byte == QUOTE:
        stop, _ = text_end(data, at + 1, end)
        return stop if stop < 0 else stop + 1
    if byte == ord("n"):
        return null_end(data, at, end)
    if byte == ord("t"):
        return at + 4 if at + 4 <= end and same_bytes(_LETTERS, 4, data, at, 4) else -1
    if byte == ord("f"):
        return at + 5 if at + 5 <= end and same_bytes(_LETTERS, 8, data, at, 5) else -1
    return _number_end(data, at + 1 if byte == _MINUS else at, end)


@inlined
def _number_end(data: Bytes, at: int, end: int) -> int:
    _, place = _digits(data, at, end, _SKIPPED_DIGITS)
    if place < 0 or place == end or data[place] != _POINT:
        return place
    start = place + 1
    place = start
    while place < end and is_digit(data[place]):
        place += 1
    return place if place > start else -1


@inlined
def _digits(data: Bytes, at: int, end: int, most: int) -> tuple[int, int]:
    """Return the number that up to `most` digits say, without a leading zero, and their end."""
    value, place = 0, at
    while place < end and is_digit(data[place]):
        value = 10 * value + (data[place] - _ZERO)
        place += 1
    size = place - at
    if size == 0 or size > most or (size > 1 and data[at] == _ZERO):
        return 0, -1
    return value, place


@inlined
def is_digit(byte: np.uint8) -> bool:
    """Return whether the byte is a decimal digit."""
    return bool(_ZERO <= byte <= _ZERO + 9)
