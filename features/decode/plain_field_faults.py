"""What is wrong with the value of one field, by the rules of its record type, in compiled code."""

from __future__ import annotations

from features.compiled import inlined
from features.decode.plain_escapes import BACKSLASH, code_points
from features.decode.plain_faults import (
    FITS,
    NULL,
    OUT_OF_RANGE,
    TOO_LONG,
    TOO_SHORT,
    UNKNOWN,
    UNSURE,
    WRONG_TYPE,
)
from features.decode.plain_object import number_of
from features.decode.plain_rules import DECIMAL, FIELDS, INTEGER, NAME, VALUES, Table
from features.decode.plain_values import QUOTE, integer, is_digit
from features.words import Bytes

__all__ = ["fault_of_value"]

_MINUS, _POINT, _ZERO, _N = b"-.0n"
_DIGITS = 16
"""Of 2^53 - 1, beyond which no integer of a record goes."""


@inlined
def fault_of_value(data: Bytes, at: int, end: int, letters: Bytes, table: Table, field: int) -> int:
    """Return what is wrong with a whole value."""
    row = FIELDS + field
    kind = table[row, 0]
    if data[at] == _N:
        return FITS if table[row, 3] else NULL
    number = data[at] == _MINUS or is_digit(data[at])
    if kind == INTEGER:
        return _fault_of_integer(data, at, end, table, row) if number else WRONG_TYPE
    if kind == DECIMAL:
        return _fault_of_decimal(data, at, end) if number else WRONG_TYPE
    if data[at] != QUOTE:
        return WRONG_TYPE
    if kind == NAME:
        return _fault_of_name(data, at + 1, end - 1, letters, table)
    size = end - at - 2
    if size < table[row, 1]:
        return TOO_SHORT
    if size > table[row, 2] and code_points(data, at + 1, end - 1) > table[row, 2]:
        return TOO_LONG
    return FITS


@inlined
def _fault_of_integer(data: Bytes, at: int, end: int, table: Table, row: int) -> int:
    for place in range(at, end):
        if data[place] == _POINT:
            return WRONG_TYPE
    if end - at - (data[at] == _MINUS) > _DIGITS:
        return OUT_OF_RANGE
    value, stop = integer(data, at, end)
    if stop < 0:
        return UNSURE
    return FITS if table[row, 1] <= value <= table[row, 2] else OUT_OF_RANGE


@inlined
def _fault_of_decimal(data: Bytes, at: int, end: int) -> int:
    """Return what is wrong with a number that must not be below 0."""
    if data[at] != _MINUS:
        return FITS
    for place in range(at, end):
        if data[place] > _ZERO:
            return OUT_OF_RANGE
    return UNSURE


@inlined
def _fault_of_name(data: Bytes, at: int, end: int, letters: Bytes, table: Table) -> int:
    for place in range(at, end):
        if data[place] == BACKSLASH:
            return UNSURE
    return UNKNOWN if number_of(data, at, end - at, letters, table, VALUES) < 0 else FITS
