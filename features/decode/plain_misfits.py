"""Flat JSON objects that surely do not fit the rules of their record type, in one compiled pass."""

from __future__ import annotations

import numpy as np

from features.compiled import compiled, inlined, read_only
from features.decode.plain_escapes import BACKSLASH, code_points
from features.decode.plain_object import name_end, number_of, value_start
from features.decode.plain_rules import (
    DECIMAL,
    FIELDS,
    INTEGER,
    MULTIPLIERS,
    NAME,
    NAMES,
    VALUES,
    PlainRules,
    Table,
)
from features.decode.plain_values import QUOTE, after_white, integer, value_end
from features.hashing import IntArray
from features.raw_records import RawRecords
from features.words import Bytes

__all__ = ["sure_misfits"]

_MISSING, _NULL, _WRONG_TYPE, _TOO_SHORT, _TOO_LONG, _OUT_OF_RANGE, _UNKNOWN = range(1, 8)
_FITS, _UNSURE = 0, -1
_OPEN, _CLOSE, _COMMA, _MINUS, _POINT = b"{},-."
_ZERO, _NINE, _N = b"09n"
_DIGITS = 16
"""Of 2^53 - 1, beyond which no integer of a record goes."""


def sure_misfits(records: RawRecords, rules: PlainRules) -> IntArray:
    """Return what is surely wrong with each record, int64[n, 4]: fault, field, place, size.

    A fault is a number above 0 which, with the number of the field, says which rule is broken
    first, in the order in which msgspec looks: fields as they came, then the required ones that
    are missing, in the order of `rules`. Place and size are those of the field's value in
    `records.data`. The fault is 0 or below of a record that fits, or is not surely one flat JSON
    object with each field once.
    """
    found = np.zeros((len(records), 4), np.int64)
    where = np.stack((records.value_at, records.value_size))
    _look(read_only(records.data), where, rules.letters, rules.table, found)
    return found


@compiled
def _look(data: Bytes, where: IntArray, letters: Bytes, table: Table, found: IntArray) -> None:
    for row in range(len(found)):
        at, size = where[0, row], where[1, row]
        found[row, 0] = _fault(data, at, at + size, letters, table, found[row]) if size > 0 else 0


@inlined
def _fault(data: Bytes, at: int, end: int, letters: Bytes, table: Table, found: IntArray) -> int:
    at = after_white(data, at, end)
    if at == end or data[at] != _OPEN:
        return _UNSURE
    seen, fault = 0, _FITS
    while True:
        field, value, stop = _pair(data, at + 1, end, letters, table)
        if stop < 0 or (field >= 0 and seen >> field & 1):
            return _UNSURE
        if field >= 0:
            seen |= 1 << field
            if fault == _FITS:
                fault = _fault_of_value(data, value, stop, letters, table, field)
                found[1], found[2], found[3] = field, value, stop - value
        at = after_white(data, stop, end)
        if at == end or data[at] != _COMMA:
            break
    if at == end or data[at] != _CLOSE or after_white(data, at + 1, end) != end:
        return _UNSURE
    missing = table[MULTIPLIERS, 2] & ~seen
    if fault == _FITS and missing:
        fault, found[1], found[3] = _MISSING, _lowest(missing), 0
    return fault


@inlined
def _pair(data: Bytes, at: int, end: int, letters: Bytes, table: Table) -> tuple[int, int, int]:
    """Return the number of a field, -1 of an unknown one, and where its value begins and ends."""
    start = after_white(data, at, end) + 1
    stop = name_end(data, start, end)
    value = value_start(data, stop, end)
    if value < 0:
        return -1, -1, -1
    field = number_of(data, start, stop - start, letters, table, NAMES)
    return field, value, value_end(data, value, end)


@inlined
def _lowest(bits: int) -> int:
    place = 0
    while not bits >> place & 1:
        place += 1
    return place


@inlined
def _fault_of_value(
    data: Bytes, at: int, end: int, letters: Bytes, table: Table, field: int
) -> int:
    """Return what is wrong with a whole value that is no list and no object."""
    row = FIELDS + field
    kind = table[row, 0]
    if data[at] == _N:
        return _FITS if table[row, 3] else _NULL
    number = data[at] == _MINUS or _ZERO <= data[at] <= _NINE
    if kind == INTEGER:
        return _fault_of_integer(data, at, end, table, row) if number else _WRONG_TYPE
    if kind == DECIMAL:
        return _fault_of_decimal(data, at, end) if number else _WRONG_TYPE
    if data[at] != QUOTE:
        return _WRONG_TYPE
    if kind == NAME:
        return _fault_of_name(data, at + 1, end - 1, letters, table)
    size = end - at - 2
    if size < table[row, 1]:
        return _TOO_SHORT
    if size > table[row, 2] and code_points(data, at + 1, end - 1) > table[row, 2]:
        return _TOO_LONG
    return _FITS


@inlined
def _fault_of_integer(data: Bytes, at: int, end: int, table: Table, row: int) -> int:
    for place in range(at, end):
        if data[place] == _POINT:
            return _WRONG_TYPE
    if end - at - (data[at] == _MINUS) > _DIGITS:
        return _OUT_OF_RANGE
    value, stop = integer(data, at, end)
    if stop < 0:
        return _UNSURE
    return _FITS if table[row, 1] <= value <= table[row, 2] else _OUT_OF_RANGE


@inlined
def _fault_of_decimal(data: Bytes, at: int, end: int) -> int:
    """Return what is wrong with a number that must not be below 0."""
    if data[at] != _MINUS:
        return _FITS
    for place in range(at, end):
        if data[place] > _ZERO:
            return _OUT_OF_RANGE
    return _UNSURE


@inlined
def _fault_of_name(data: Bytes, at: int, end: int, letters: Bytes, table: Table) -> int:
    for place in range(at, end):
        if data[place] == BACKSLASH:
            return _UNSURE
    return _UNKNOWN if number_of(data, at, end - at, letters, table, VALUES) < 0 else _FITS
