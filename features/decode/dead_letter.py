"""The `dead-letters` records: bad records as they came, with their cause in the headers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.compiled import read_only
from features.decimals import decimals
from features.decode.refusals import CODES, Refusals
from features.decode.rejected import TEXT_LIMIT
from features.hashing import IntArray
from features.headed_records import HeadedRecords, HeaderColumn
from features.raw_records import RawRecords
from features.texts import Texts

__all__ = ["DEAD_LETTER_BYTES", "dead_letters"]

DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""What key and value may hold together; `dead-letters` takes values of 2 MiB."""

_CODES = Texts.of(CODES)


def dead_letters(
    refusals: Refusals, records: RawRecords, source: tuple[str, int], ts: int
) -> HeadedRecords:
    """Make the dead letters of records; what is longer than 2 MiB is cut, and that is said.

    The numbers in the headers are decimal text.

    Parameters
    ----------
    refusals : what is wrong, with positions in `records`.
    records : as they came; they may be freed then.
    source : topic by its full name, and partition.
    ts : when they were refused, epoch ms.

    >>> records = RawRecords.of([b"s"], [b"{"], first_offset=7)
    >>> bad = Refusals.of([Rejected(0, "not_json", "…")])
    >>> letters = dead_letters(bad, records, ("livecue.streams", 0), 1)
    >>> letters.headers_of(0)[-2:]
    [('source_offset', b'7'), ('ts', b'1')]
    """
    came, texts = records.take(refusals.position), refusals.text
    size = np.maximum(came.key_size, 0) + np.maximum(came.value_size, 0)
    long = np.flatnonzero(size > DEAD_LETTER_BYTES)
    if len(long):
        kept, texts = _with_cuts(came, long, texts)
    else:
        kept = _packed(came)
    parts, columns, held = [kept.data], [], len(kept.data)
    for column in (_CODES.take(refusals.code), texts, decimals(came.offset)):
        columns.append((column.at + held, column.size))
        parts.append(column.data)
        held += len(column.data)
    code, text, offset = columns
    topic, partition = source
    headers: list[tuple[str, HeaderColumn]] = [
        ("error_code", code),
        ("error_text", text),
        ("source_topic", topic.encode()),
        ("source_partition", str(partition).encode()),
        ("source_offset", offset),
        ("ts", str(ts).encode()),
    ]
    return HeadedRecords(replace(kept, data=read_only(np.concatenate(parts))), headers)


def _packed(came: RawRecords) -> RawRecords:
    """Return keys and values in a buffer of their own."""
    at = np.concatenate((came.key_at, came.value_at))
    size = np.concatenate((came.key_size, came.value_size))
    held = Texts(read_only(came.data), at, np.maximum(size, 0)).packed()
    count = len(came)
    return replace(came, data=held.data, key_at=held.at[:count], value_at=held.at[count:])


def _with_cuts(came: RawRecords, long: IntArray, texts: Texts) -> tuple[RawRecords, Texts]:
    """Return keys and values, those at the `long` places cut, and texts that say so."""
    keys, values = came.keys(), came.values()
    said = []
    for place in long.tolist():
        keys[place], values[place], text = _cut(keys[place], values[place], texts[place])
        said.append(text)
    return RawRecords.of(keys, values), texts.replaced(long, said)


def _cut(
    key: bytes | None, value: bytes | None, text: str
) -> tuple[bytes | None, bytes | None, str]:
    """Key and value within their bound, and the text with what was done to them."""
    kept_key = None if key is None else key[:DEAD_LETTER_BYTES]
    room = DEAD_LETTER_BYTES - len(kept_key or b"")
    kept_value = None if value is None else value[:room]
    notes = [
        f"the {name} is cut here from {len(came)} to {len(kept)} bytes"
        for name, came, kept in (("key", key, kept_key), ("value", value, kept_value))
        if came is not None and kept is not None and len(kept) < len(came)
    ]
    note = f" ({'; '.join(notes)})"
    return kept_key, kept_value, text[: TEXT_LIMIT - len(note)] + note
