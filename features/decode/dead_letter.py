"""The `dead-letters` records: bad records as they came, with their cause in the headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from features.compiled import read_only
from features.decimals import decimals
from features.decode.refusals import CODES, Refusals
from features.decode.rejected import TEXT_LIMIT
from features.hashing import IntArray
from features.headed_records import HeadedRecords, HeaderColumn
from features.raw_records import RawRecords
from features.texts import Texts, copy_texts

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
    >>> bad = Refusals.alike(np.array([0]), "not_json", "…")
    >>> letters = dead_letters(bad, records, ("livecue.streams", 0), 1)
    >>> letters.headers_of(0)[-2:]
    [('source_offset', b'7'), ('ts', b'1')]
    """
    came, texts = records.take(refusals.position), refusals.text
    size = np.maximum(came.key_size, 0) + np.maximum(came.value_size, 0)
    long = np.flatnonzero(size > DEAD_LETTER_BYTES)
    if len(long):
        came, texts = _with_cuts(came, long, texts)
    kept, (code, text, offset) = _together(
        came, (_CODES.take(refusals.code), texts, decimals(came.offset))
    )
    topic, partition = source
    headers: list[tuple[str, HeaderColumn]] = [
        ("error_code", code),
        ("error_text", text),
        ("source_topic", topic.encode()),
        ("source_partition", str(partition).encode()),
        ("source_offset", offset),
        ("ts", str(ts).encode()),
    ]
    return HeadedRecords(kept, headers)


def _together(
    came: RawRecords, columns: Sequence[Texts]
) -> tuple[RawRecords, list[tuple[IntArray, IntArray]]]:
    """Copy keys, values and columns into one buffer; also return where the latter lie."""
    at = np.concatenate((came.key_at, came.value_at))
    size = np.maximum(np.concatenate((came.key_size, came.value_size)), 0)
    ends = np.cumsum(size)
    held = int(ends[-1]) if len(ends) else 0
    data = np.empty(held + sum(len(column.data) for column in columns), np.uint8)
    copy_texts(read_only(came.data), at, size, data, ends - size)
    where = []
    for column in columns:
        data[held : held + len(column.data)] = column.data
        where.append((column.at + held, column.size))
        held += len(column.data)
    data.flags.writeable = False
    key_at, value_at = np.split(ends - size, 2)
    return replace(came, data=data, key_at=key_at, value_at=value_at), where


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
