"""What can be wrong with a record of a flat type, by number: for the compiled passes."""

from __future__ import annotations

__all__ = [
    "FAULTS",
    "FITS",
    "FUTURE",
    "INVALID_BYTE",
    "KEY_MISSING",
    "LONE_SURROGATE",
    "MISSING",
    "NEEDED",
    "NOT_UTF8",
    "NO_BYTES",
    "NO_COLON",
    "NO_COMMA",
    "NO_NAME",
    "NO_OBJECT",
    "NO_VALUE",
    "NULL",
    "OTHER_KEY",
    "OUT_OF_RANGE",
    "TOO_DEEP",
    "TOO_LONG",
    "TOO_SHORT",
    "TRAILING",
    "TRAILING_COMMA",
    "TRUNCATED",
    "UNKNOWN",
    "UNSURE",
    "WRONG_TYPE",
]

UNSURE, FITS = -1, 0
MISSING, NULL, WRONG_TYPE, TOO_SHORT, TOO_LONG, OUT_OF_RANGE, UNKNOWN = range(1, 8)
"""Of a field, in the order in which msgspec looks at them."""

NO_VALUE, NO_BYTES, TOO_DEEP, NOT_UTF8, LONE_SURROGATE, NO_OBJECT = range(8, 14)
"""Of the record as a whole."""

TRUNCATED, TRAILING, INVALID_BYTE, NO_NAME, TRAILING_COMMA, NO_COLON, NO_COMMA = range(14, 21)
"""Of its grammar, as JSON."""

NEEDED, KEY_MISSING, OTHER_KEY, FUTURE = range(21, 25)
"""Of a record that fits its type: a field that this kind of event needs, its key, its `ts`."""

FAULTS = 25
