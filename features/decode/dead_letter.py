"""The `dead-letters` records: bad records as they came, with their cause in the headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from features.compiled import read_only
from features.decode.rejected import TEXT_LIMIT, Rejected
from features.hashing import IntArray
from features.headed_records import HeadedRecords, HeaderColumn
from features.raw_records import RawRecords
from features.texts import Texts

__all__ = ["DEAD_LETTER_BYTES", "dead_letters"]

DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""What key and value may hold together; `dead-letters` takes values of 2 MiB."""


def dead_letters(
    rejected: Sequence[Rejected], records: RawRecords, source: tuple[str, int], ts: int
) -> HeadedRecords:
    """Make the dead letters of records; what is longer than 2 MiB is cut, and that is said.

    The numbers in the headers are decimal text.

    Parameters
    ----------
    rejected : what is wrong, each with its position in `records`.
    records : as they came; they may be freed then.
    source : topic by its full name, and partition.
    ts : when they were refused, epoch ms.

    >>> records = RawRecords.of([b"s"], [b"{"], first_offset=7)
    >>> letters = dead_letters([Rejected(0, "not_json", "…")], records, ("livecue.streams", 0), 1)
    >>> letters.headers_of(0)[-2:]
    [('source_offset', b'7'), ('ts', b'1')]
    """
    came = records.take(np.array([one.position for one in rejected], np.int64))
    texts = [one.text for one in rejected]
    size = np.maximum(came.key_size, 0) + np.maximum(came.value_size, 0)
    long = np.flatnonzero(size > DEAD_LETTER_BYTES).tolist()
    kept = _with_cuts(came, long, texts) if long else _packed(came)
    parts = [kept.data.tobytes()]
    columns: list[HeaderColumn] = []
    codes = [one.code for one in rejected]
    for text, at, width in (_each_once(codes), _each_once(texts), _decimals(came.offset)):
        columns.append((at + sum(map(len, parts)), width))
        parts.append(text)
    code, text_column, offset = columns
    topic, partition = source
    headers = [
        ("error_code", code),
        ("error_text", text_column),
        ("source_topic", topic.encode()),
        ("source_partition", str(partition).encode()),
        ("source_offset", offset),
        ("ts", str(ts).encode()),
    ]
    return HeadedRecords(replace(kept, data=np.frombuffer(b"".join(parts), np.uint8)), headers)


def _packed(came: RawRecords) -> RawRecords:
    """Return keys and values in a buffer of their own."""
    at = np.concatenate((came.key_at, came.value_at))
    size = np.concatenate((came.key_size, came.value_size))
    held = Texts(read_only(came.data), at, np.maximum(size, 0)).packed()
    count = len(came)
    return replace(came, data=held.data, key_at=held.at[:count], value_at=held.at[count:])


def _with_cuts(came: RawRecords, long: list[int], texts: list[str]) -> RawRecords:
    """Return keys and values, those at the `long` places cut, and say so in their texts."""
    keys, values = came.keys(), came.values()
    for place in long:
        keys[place], values[place], texts[place] = _cut(keys[place], values[place], texts[place])
    return RawRecords.of(keys, values)


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


def _each_once(texts: Sequence[str]) -> tuple[bytes, IntArray, IntArray]:
    """All different texts in UTF-8; where in them each of `texts` begins, and its bytes."""
    numbers: dict[str, int] = {}
    index = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
    different = [text.encode("utf-8", "replace") for text in numbers]
    size = np.array([len(text) for text in different], np.int64)
    return b"".join(different), (np.cumsum(size) - size)[index], size[index]


def _decimals(numbers: IntArray) -> tuple[bytes, IntArray, IntArray]:
    """Numbers as decimal text; where in it each begins, and its bytes."""
    texts = list(map(str, numbers.tolist()))
    size = np.fromiter(map(len, texts), np.int64, len(texts))
    return "".join(texts).encode(), np.cumsum(size) - size, size
