"""One pass over a JSON object that is surely plain, typed by the rules of its record type."""

from __future__ import annotations

from features.compiled import inlined
from features.decode.plain_escapes import code_points
from features.decode.plain_rules import (
    DECIMAL,
    FIELDS,
    INTEGER,
    MULTIPLIERS,
    NAME,
    NAMES,
    SLOTS,
    VALUES,
    Table,
)
from features.decode.plain_values import (
    QUOTE,
    after_white,
    decimal,
    integer,
    null_end,
    text_end,
    value_end,
)
from features.words import Bytes, same_bytes

__all__ = ["ABSENT", "name_end", "number_of", "scan_object", "value_start"]

ABSENT = -1
_OPEN, _CLOSE, _COLON, _COMMA, _N = b"{}:,n"


@inlined
def scan_object(data: Bytes, at: int, end: int, letters: Bytes, table: Table, found: Table) -> bool:
    """Return whether ``data[at:end]`` is one plain object that fits the rules; fill `found`.

    Not plain is an object with a field twice, with an array or object inside, with an escape in
    the name of a field or of one of a few values, and one that does not fit.

    Parameters
    ----------
    letters, table : see `PlainRules`.
    found : int64[fields, 3], overwritten: where a text begins, its size and whether there are
        escapes in it; the number of a name and its size; an integer and 0; a decimal number and
        by which power of ten it is to be divided. The second is `ABSENT` where a field is
        missing or null.
    """
    found[:, 1] = ABSENT
    at = after_white(data, at, end)
    if at == end or data[at] != _OPEN:
        return False
    seen = 0
    while True:
        start = after_white(data, at + 1, end) + 1
        stop = name_end(data, start, end)
        at = value_start(data, stop, end)
        if at < 0:
            return False
        field = number_of(data, start, stop - start, letters, table, NAMES)
        if field < 0:
            at = value_end(data, at, end)
        elif seen >> field & 1:
            return False
        else:
            seen |= 1 << field
            at = _field_end(data, at, end, letters, table, field, found)
        if at < 0:
            return False
        at = after_white(data, at, end)
        if at == end or data[at] != _COMMA:
            break
    if at == end or data[at] != _CLOSE or after_white(data, at + 1, end) != end:
        return False
    required = table[MULTIPLIERS, 2]
    return bool(seen & required == required)


@inlined
def name_end(data: Bytes, at: int, end: int) -> int:
    """Return where the quote is that ends the name whose first letter is at `at`, -1 for none."""
    if at > end or data[at - 1] != QUOTE:
        return -1
    stop, escaped = text_end(data, at, end)
    return -1 if escaped else stop


@inlined
def value_start(data: Bytes, quote: int, end: int) -> int:
    """Return where the value begins after the closing quote of its name, -1 for nowhere."""
    at = after_white(data, quote + 1, end)
    if quote < 0 or at == end or data[at] != _COLON:
        return -1
    at = after_white(data, at + 1, end)
    return at if at < end else -1


@inlined
def _field_end(
    data: Bytes, at: int, end: int, letters: Bytes, table: Table, field: int, found: Table
) -> int:
    """Note the value of a field and return where it ends, -1 where it is not plain or unfit."""
    row = FIELDS + field
    kind, low, high = table[row, 0], table[row, 1], table[row, 2]
    if data[at] == _N:
        return null_end(data, at, end) if table[row, 3] else -1
    if kind == INTEGER:
        value, stop = integer(data, at, end)
        found[field, 0], found[field, 1] = value, 0
        return stop if low <= value <= high else -1
    if kind == DECIMAL:
        found[field, 0], found[field, 1], stop = decimal(data, at, end)
        return stop
    if data[at] != QUOTE:
        return -1
    start = at + 1
    stop, escaped = text_end(data, start, end)
    size = stop - start
    if stop < 0:
        return -1
    if kind == NAME:
        start = number_of(data, start, size, letters, table, VALUES)
        if start < 0:
            return -1
    elif size < low or (size > high and code_points(data, start, stop) > high):
        return -1
    found[field, 0], found[field, 1], found[field, 2] = start, size, escaped
    return stop + 1


@inlined
def number_of(data: Bytes, at: int, size: int, letters: Bytes, table: Table, rows: int) -> int:
    """Return the number of a name, whose rows in the table begin at `rows`; -1 if it is none."""
    if size == 0:
        return -1
    hashed = (
        size + table[MULTIPLIERS, 0] * data[at] + table[MULTIPLIERS, 1] * data[at + (size >> 1)]
    )
    row = rows + (hashed & (SLOTS - 1))
    if table[row, 1] != size or not same_bytes(letters, table[row, 0], data, at, size):
        return -1
    return int(table[row, 2])
