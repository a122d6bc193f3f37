"""What is wrong with the bytes of a record, whatever its type: one pass before any other."""

from __future__ import annotations

import numpy as np

from features.compiled import inlined
from features.decode.guard import MAX_DEPTH
from features.decode.plain_characters import character_size
from features.decode.plain_escapes import BACKSLASH, is_torn
from features.decode.plain_faults import (
    FITS,
    LONE_SURROGATE,
    NO_BYTES,
    NOT_UTF8,
    TOO_DEEP,
)
from features.decode.plain_values import QUOTE
from features.words import ODD_WIDTH, Bytes, marked_bytes, trailing_zeros

__all__ = ["fault_of_bytes"]

_SPACE, _TAB, _RETURN = b" \t\r"
_BRACKET, _TO_BRACKET, _CLOSING = ord("["), 0xDF, 2
"""Without a bit, `{` and `}` are `[` and `]`; closing ones are two further."""
_NOT_ASCII, _LEAD, _UPPER_BITS, _HALF, _TOP_BITS = 0x80, 0xED, 0xE0, 0xA0, 0xC0
"""Half of a surrogate pair is 0xED, a byte from 0xA0 to 0xBF, and one from 0x80 to 0xBF."""


@inlined
def fault_of_bytes(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return what is wrong with ``data[at:end]``, and from where on it is not UTF-8, if so.

    As `features.decode.guard` has it: nested too deep, half of a surrogate pair (in escapes of text
    in UTF-8 too, which only a decoder refuses that comes there), not UTF-8, only white space.
    """
    black, place = at, at
    while black < end and (data[black] == _SPACE or _TAB <= data[black] <= _RETURN):
        black += 1
    brackets, escapes, united = 0, 0, 0
    while place < end:
        if place + ODD_WIDTH <= len(data):
            marked = marked_bytes(data, place)
            if marked == np.uint64(0):
                place += ODD_WIDTH
                continue
            place += trailing_zeros(marked)
            if place >= end:
                break
        byte = data[place]
        brackets += byte & _TO_BRACKET == _BRACKET
        escapes += byte == BACKSLASH
        united |= byte
        place += 1
    if brackets > MAX_DEPTH and _is_too_deep(data, at, end):
        return TOO_DEEP, end
    place = _first_broken(data, at, end) if united >= _NOT_ASCII else end
    if escapes and is_torn(data, at, end):
        return LONE_SURROGATE, place
    if place < end:
        return (LONE_SURROGATE if _has_raw_half(data, place, end) else NOT_UTF8), place
    return (FITS if black < end else NO_BYTES), end


@inlined
def _is_too_deep(data: Bytes, at: int, end: int) -> bool:
    """Return whether brackets outside of strings nest deeper than `MAX_DEPTH`."""
    depth, inside = 0, False
    while at < end:
        byte = data[at]
        if byte == QUOTE:
            inside = not inside
        elif inside:
            if byte == BACKSLASH:
                inside = at + 1 < end
                at += 1
        elif byte & _TO_BRACKET == _BRACKET:
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif byte & _TO_BRACKET == _BRACKET + _CLOSING:
            depth -= 1
        at += 1
    return False


@inlined
def _first_broken(data: Bytes, at: int, end: int) -> int:
    """Return where the first bytes are that are not UTF-8, `end` if there are none."""
    while at < end:
        size = 1 if data[at] < _NOT_ASCII else character_size(data, at, end)
        if size == 0:
            break
        at += size
    return at


@inlined
def _has_raw_half(data: Bytes, at: int, end: int) -> bool:
    """Return whether half of a surrogate pair is among the bytes from `at` on, unescaped."""
    for place in range(at, end - 2):
        if (
            data[place] == _LEAD
            and data[place + 1] & _UPPER_BITS == _HALF
            and data[place + 2] & _TOP_BITS == _NOT_ASCII
        ):
            return True
    return False
