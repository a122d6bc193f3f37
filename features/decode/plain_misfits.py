"""Records of a flat type that surely do not fit, and why, in one compiled pass."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from features.compiled import compiled, inlined, read_only
from features.decode.diagnose import NEAR
from features.decode.plain_bytes import fault_of_bytes
from features.decode.plain_entries import entry_fault
from features.decode.plain_faults import (
    FITS,
    LONE_SURROGATE,
    MISSING,
    NEEDED,
    NO_OBJECT,
    NO_VALUE,
    NOT_UTF8,
    TRUNCATED,
    UNKNOWN,
    UNSURE,
)
from features.decode.plain_field_faults import fault_of_value
from features.decode.plain_grammar import (
    after_object,
    after_pair,
    broken_text,
    broken_value,
    name_start,
    value_after,
)
from features.decode.plain_nesting import nested_end, scalar_end
from features.decode.plain_object import number_of
from features.decode.plain_rules import MULTIPLIERS, NAMES, PlainRules, Table
from features.decode.plain_values import QUOTE, after_white, is_digit, text_end
from features.hashing import IntArray
from features.raw_records import NO_BYTES, RawRecords
from features.words import Bytes

__all__ = ["FOUND", "sure_misfits"]

_Rules: TypeAlias = tuple[Bytes, Table, IntArray]
FOUND = 8
"""Columns of what is found: fault, what it is about, and up to three pairs of what to show."""

_NO_BOUND = 2**62
_OPEN, _CLOSE, _LIST, _N, _T, _F, _MINUS = b"{}[ntf-"


def sure_misfits(
    records: RawRecords, rules: PlainRules, entry: IntArray, latest_ts: int | None
) -> IntArray:
    """Return what is surely wrong with each record, int64[n, 8].

    First a fault (`features.decode.plain_faults`): the one that `decode_one` would tell, or, of a
    record that fits its type, the one that its columns' decoder would tell next. Then what it is
    about: the number of a field, or of an event type. Then what is shown of it, in pairs, by the
    kind of fault (`features.decode.plain_wordings`): where in `records.data` and how many bytes, or
    numbers. `UNSURE` is a record that has a field twice, or an escape in a name, and
    others of which it is hard to tell; `FITS` one that surely fits.

    Parameters
    ----------
    entry : see `features.decode.plain_entries`.
    latest_ts : epoch ms beyond which a record's `ts` is refused; None for no bound.
    """
    found = np.zeros((len(records), FOUND), np.int64)
    where = np.stack((records.key_at, records.key_size, records.value_at, records.value_size))
    latest = _NO_BOUND if latest_ts is None else latest_ts
    _look(read_only(records.data), where, latest, (*rules, entry), found)
    return found


@compiled
def _look(
    data: Bytes,
    where: IntArray,
    latest: int,
    rules: _Rules,
    found: Table,
) -> None:
    spans = np.zeros((len(rules[1]), 2), np.int64)
    for row in range(len(found)):
        key, key_size, at, size = where[0, row], where[1, row], where[2, row], where[3, row]
        if size == NO_BYTES:
            found[row, 0] = NO_VALUE
            continue
        fault = _fault(data, at, at + size, rules, found[row], spans)
        if fault == FITS:
            fault = entry_fault(data, (key, key_size), latest, spans, rules, found[row])
        found[row, 0] = fault
        if fault > UNKNOWN and fault != NEEDED:
            found[row, 1] = 0


@inlined
def _fault(data: Bytes, at: int, end: int, rules: _Rules, found: IntArray, spans: Table) -> int:
    fault, place = fault_of_bytes(data, at, end)
    start = after_white(data, at, end)
    is_object = start < end and data[start] == _OPEN
    if fault == LONE_SURROGATE and place == end and not is_object:
        return UNSURE
    if fault != FITS:
        found[2], found[4] = place - at, data[place] if fault == NOT_UTF8 else 0
        return fault
    if is_object:
        fault, place = _fault_of_object(data, start, end, rules, found, spans)
    else:
        fault, place = _fault_of_other(data, start, end)
    if fault == NO_OBJECT:
        found[2], found[3] = start, min(2 * NEAR, end - start)
    elif fault == TRUNCATED:
        found[2] = max(at, end - 2 * NEAR)
        found[3] = end - found[2]
    elif fault > NO_OBJECT:
        found[2], found[4] = place - at, max(at, place - NEAR)
        found[5] = min(2 * NEAR, end - found[4])
    return fault


@inlined
def _fault_of_other(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return what is wrong with what begins with another byte than a brace."""
    byte = data[at]
    if byte == _LIST:
        return NO_OBJECT, at
    if byte == QUOTE or byte in (_N, _T, _F, _MINUS) or is_digit(byte):
        stop = scalar_end(data, at, end)
        whole = stop > 0 and after_white(data, stop, end) == end
        return (NO_OBJECT if whole else UNSURE), at
    return broken_value(data, at, end)


@inlined
def _fault_of_object(
    data: Bytes, at: int, end: int, rules: _Rules, found: IntArray, spans: Table
) -> tuple[int, int]:
    """Return what is wrong first, and where; fill `spans` with the values that are not null."""
    letters, table, _ = rules
    spans[:, 1] = 0
    seen, fault = 0, FITS
    first = after_white(data, at + 1, end)
    closed = first < end and data[first] == _CLOSE
    at = first if closed else at
    while not closed:
        broken, name, size, value, stop = _pair(data, at + 1, end)
        if broken != FITS:
            return broken, name
        field = number_of(data, name, size, letters, table, NAMES)
        if field >= 0:
            if seen >> field & 1:
                return UNSURE, name
            seen |= 1 << field
            if data[value] != _N:
                spans[field, 0], spans[field, 1] = value, stop - value
            if fault == FITS:
                fault = fault_of_value(data, value, stop, letters, table, field)
                found[1], found[2], found[3] = field, value, stop - value
        broken, at = after_pair(data, stop, end)
        if broken != FITS:
            return broken, at
        closed = data[at] == _CLOSE
    broken, at = after_object(data, at + 1, end)
    if broken != FITS:
        return broken, at
    missing = table[MULTIPLIERS, 2] & ~seen
    if fault == FITS and missing:
        fault, found[1] = MISSING, _lowest(missing)
    return fault, at


@inlined
def _pair(data: Bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """Return `FITS`, where a name begins, its size, and where its value begins and ends.

    Or what is wrong with them, and where.
    """
    broken, at = name_start(data, at, end)
    name, value, stop, escaped = at + 1, 0, 0, False
    if broken == FITS:
        stop, escaped = text_end(data, name, end)
        if stop < 0:
            broken, at = broken_text(data, name, end)
        elif escaped:
            broken = UNSURE
    size = stop - name
    if broken == FITS:
        broken, at = value_after(data, stop, end)
    if broken == FITS:
        value = at
        if data[at] == _OPEN or data[at] == _LIST:
            stop = nested_end(data, at, end)
        else:
            stop = scalar_end(data, at, end)
        if stop < 0:
            broken, at = broken_value(data, value, end)
    return broken, name if broken == FITS else at, size, value, stop


@inlined
def _lowest(bits: int) -> int:
    place = 0
    while not bits >> place & 1:
        place += 1
    return place
