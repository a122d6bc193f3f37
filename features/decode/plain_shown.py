"""JSON values and bytes as `features.decode.rejected.shown` has them, in compiled code.

Everything here writes into `out`, where there is room for `ROOM` bytes, from `to` on, and returns
where it ends; -1 of what it does not know how to show.
"""

from __future__ import annotations

import numpy as np

from features.compiled import compiled, inlined
from features.decimals import write_decimal
from features.decode.plain_characters import (
    broken_size,
    character_size,
    code_point,
    count_characters,
    is_surely_printable,
)
from features.decode.plain_escapes import BACKSLASH
from features.decode.plain_values import QUOTE, is_digit
from features.words import Bytes, copy_bytes

__all__ = ["ROOM", "show_byte", "show_bytes", "show_value"]

ROOM = 512
_LIMIT, _CUT = 60, 40
_READ = 2 * _LIMIT
_NOT_ASCII = 0x80
_SPACE, _DELETE, _MINUS, _ZERO, _N, _T, _F, _LIST = b" \x7f-0ntf["
_ELLIPSIS, _CHARACTERS, _UNICODE, _HEXADECIMAL, _REPLACEMENT, _SHOWN_MARK = (
    np.frombuffer(text.encode(), np.uint8)
    for text in ("…", " characters)", "\\u00", "0123456789abcdef", "\ufffd", "\\ufeff")
)
_BYTE_ORDER_MARK = 0xFEFF
_INTEGER_DIGITS, _DECIMAL_DIGITS, _PLAIN_ZEROS = 59, 15, 4
"""Of integers that stay integers, and of decimals that are shown as they are written."""


def _letters() -> Bytes:
    letters = np.zeros(256, np.uint8)
    for byte, letter in zip(b'"\\\b\f\n\r\t', b'"\\bfnrt', strict=True):
        letters[byte] = letter
    return letters


_LETTERS = _letters()
"""What is written behind a backslash in place of a byte; 0 for nothing."""


@inlined
def show_value(data: Bytes, at: int, size: int, out: Bytes, to: int) -> int:
    """Show a JSON value: text without escapes, a constant, or a number; a list of one short text.

    No other list, and no object.
    """
    byte = data[at]
    if byte == QUOTE:
        return _show_text(data, at + 1, at + size - 1, False, out, to)
    if byte == _LIST:
        if size > _LIMIT or not _is_one_plain_text(data, at + 1, at + size - 1):
            return -1
    elif byte not in (_N, _T, _F) and not _is_shown_as_it_is(data, at, at + size):
        return -1
    copy_bytes(out, to, data, at, size)
    return to + size


@inlined
def show_bytes(data: Bytes, at: int, size: int, out: Bytes, to: int) -> int:
    """Show the first of some bytes as text."""
    return _show_text(data, at, at + min(size, _READ), True, out, to)


@inlined
def show_byte(number: int, out: Bytes, to: int) -> int:
    """Write a byte as `0x` and two digits."""
    out[to], out[to + 1] = _ZERO, ord("x")
    return _hexadecimal(number, out, to + 2)


@compiled
def _show_text(data: Bytes, at: int, end: int, is_raw: bool, out: Bytes, to: int) -> int:
    """Show text: raw bytes, or what stands between the quotes of JSON."""
    count = count_characters(data, at, end)
    left = count if count <= _LIMIT else _CUT
    out[to] = QUOTE
    to, shown, cut = to + 1, 1, to + 1
    while left:
        size = 1 if data[at] < _NOT_ASCII else character_size(data, at, end)
        start, width = to, 1
        if size == 1:
            if not is_raw and data[at] == BACKSLASH:
                return -1
            to = _show_ascii(data[at], out, to)
            width = to - start
        elif size:
            to = _show_character(data, at, size, is_raw, out, to)
        else:
            to = _constant(_REPLACEMENT, out, to)
        if to < 0:
            return -1
        if shown < _LIMIT - 1:
            cut = to if shown + width < _LIMIT else start + _LIMIT - 1 - shown
        shown += width
        at += size or broken_size(data, at, end)
        left -= 1
    if count > _LIMIT:
        return _cut_off(out, to, count)
    out[to] = QUOTE
    return to + 1 if shown < _LIMIT else _constant(_ELLIPSIS, out, cut)


@inlined
def _show_ascii(byte: int, out: Bytes, to: int) -> int:
    """Write a character of ASCII as JSON text has it."""
    letter = _LETTERS[byte]
    if letter:
        out[to], out[to + 1] = BACKSLASH, letter
        return to + 2
    if byte < _SPACE:
        return _hexadecimal(byte, out, _constant(_UNICODE, out, to))
    out[to] = byte
    return to + 1 if byte < _DELETE else -1


@inlined
def _show_character(data: Bytes, at: int, size: int, is_raw: bool, out: Bytes, to: int) -> int:
    """Write a character of several bytes; a mark of byte order by its number."""
    point = code_point(data, at, size)
    if point == _BYTE_ORDER_MARK and is_raw:
        return _constant(_SHOWN_MARK, out, to)
    if not is_surely_printable(point):
        return -1
    copy_bytes(out, to, data, at, size)
    return to + size


@inlined
def _cut_off(out: Bytes, to: int, count: int) -> int:
    """Say that text of `count` characters is cut here."""
    to = _constant(_ELLIPSIS, out, to)
    out[to], out[to + 1] = _SPACE, ord("(")
    return _constant(_CHARACTERS, out, write_decimal(count, out, to + 2))


@inlined
def _hexadecimal(byte: int, out: Bytes, to: int) -> int:
    out[to], out[to + 1] = _HEXADECIMAL[byte >> 4], _HEXADECIMAL[byte & 15]
    return to + 2


@compiled
def _constant(text: Bytes, out: Bytes, to: int) -> int:
    copy_bytes(out, to, text, 0, len(text))
    return to + len(text)


@inlined
def _is_shown_as_it_is(data: Bytes, at: int, end: int) -> bool:
    """Return whether it is a number without an exponent, written as Python writes it."""
    start = at + (data[at] == _MINUS)
    point = start
    while point < end and is_digit(data[point]):
        point += 1
    if point == start:
        return False
    if point == end:
        return bool(end - start <= _INTEGER_DIGITS and (start == at or data[start] != _ZERO))
    if end - start - 1 > _DECIMAL_DIGITS or (data[end - 1] == _ZERO and end - point != 2):
        return False
    if point - start > 1 or data[start] != _ZERO or end - point == 2:
        return True
    for place in range(point + 1, min(point + 1 + _PLAIN_ZEROS, end)):
        if data[place] != _ZERO:
            return True
    return False


@inlined
def _is_one_plain_text(data: Bytes, at: int, end: int) -> bool:
    """Return whether it is a JSON text of ASCII that is written as Python writes it."""
    last = end - 1
    if last <= at or data[at] != QUOTE or data[last] != QUOTE:
        return False
    for place in range(at + 1, last):
        if _LETTERS[data[place]] or not _SPACE <= data[place] < _DELETE:
            return False
    return True
