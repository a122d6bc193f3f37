"""Events that fit their type, held against their key, the clock, and what each kind needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from features.compiled import inlined
from features.decode.plain_escapes import BACKSLASH
from features.decode.plain_faults import FITS, FUTURE, KEY_MISSING, NEEDED, OTHER_KEY, UNSURE
from features.decode.plain_object import number_of
from features.decode.plain_rules import VALUES, Table
from features.decode.plain_values import integer
from features.hashing import IntArray
from features.raw_records import NO_BYTES
from features.words import Bytes, same_bytes

__all__ = ["entry_fault", "entry_rules"]

_TYPE, _USER, _TS, _NEEDED = range(4)
_NOTHING = -1


def entry_rules(names: Sequence[str], values: Sequence[str], needs: Mapping[str, str]) -> IntArray:
    """Return the numbers of `type`, `user_id` and `ts`, then the field that each type needs.

    int64[3 + types]; -1 for none. `names` and `values` as for `plain_rules`; `needs` is type to
    field.
    """
    needed = [names.index(needs[value]) if value in needs else _NOTHING for value in values]
    return np.array([names.index(name) for name in ("type", "user_id", "ts")] + needed)


@inlined
def entry_fault(
    data: Bytes,
    key_span: tuple[int, int],
    latest: int,
    spans: Table,
    rules: tuple[Bytes, Table, IntArray],
    found: IntArray,
) -> int:
    """Return what is wrong with an event whose fields' values are at `spans`."""
    letters, table, entry = rules
    key, key_size = key_span
    at, size = spans[entry[_TYPE], 0], spans[entry[_TYPE], 1]
    kind = number_of(data, at + 1, size - 2, letters, table, VALUES)
    field = entry[_NEEDED + kind]
    if field != _NOTHING and spans[field, 1] == 0:
        found[1] = kind
        return NEEDED
    at, size = spans[entry[_USER], 0], spans[entry[_USER], 1]
    for place in range(at, at + size):
        if data[place] == BACKSLASH:
            return UNSURE
    if key_size == NO_BYTES:
        found[2], found[3] = at, size
        return KEY_MISSING
    if key_size != size - 2 or not same_bytes(data, key, data, at + 1, key_size):
        found[2], found[3], found[4], found[5] = key, key_size, at, size
        return OTHER_KEY
    ts, _ = integer(data, spans[entry[_TS], 0], spans[entry[_TS], 0] + spans[entry[_TS], 1])
    if ts > latest:
        found[2], found[4], found[6] = ts, ts - latest, latest
        return FUTURE
    return FITS
