"""Single fields of many profile blobs at once, read where they stand without decoding the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from features.compiled import compiled, inlined
from features.hashing import IntArray
from features.texts import Texts
from features.words import Bytes

__all__ = ["newest_ts", "texts_of"]

_FIX_MAP, _FIX_ARRAY, _FIX_TEXT, _NIL = 0x80, 0x90, 0xA0, 0xC0
_UINT_8, _TEXT_8, _TEXT_32, _ARRAY_16, _MAP_16 = 0xCC, 0xD9, 0xDB, 0xDC, 0xDE
_NEGATIVE = 0xE0
_Int: TypeAlias = Any
"""An `int` to who calls, a machine word when compiled."""


def texts_of(blobs: Texts, name: str) -> Texts:
    """Return the text in a field of each blob (`ProfileBlob.to_bytes`), over the same buffer.

    It is empty where the blob is, and where the field is not set or is no text.

    >>> from features.profile_blob import ProfileBlob
    >>> blob = ProfileBlob({"locale": (5, "en"), "nickname": (7, "小安")}).to_bytes()
    >>> data = np.frombuffer(blob, np.uint8)
    >>> texts_of(Texts(data, np.array([0]), np.array([len(blob)])), "nickname").strings()
    ['小安']
    """
    at, size = np.zeros(len(blobs), np.int64), np.zeros(len(blobs), np.int64)
    _find(*_columns(blobs, name), np.zeros(len(blobs), np.int64), at, size)
    return Texts(blobs.data, at, size)


def newest_ts(blobs: Texts, names: Sequence[str]) -> IntArray:
    """Return int64[n], epoch ms: when the last of these fields was set, 0 where none was."""
    newest, unread = np.zeros(len(blobs), np.int64), np.zeros(len(blobs), np.int64)
    for name in names:
        _find(*_columns(blobs, name), newest, unread, unread)
    return newest


def _columns(blobs: Texts, name: str) -> tuple[Bytes, IntArray, IntArray, Bytes]:
    return blobs.data, blobs.at, blobs.size, np.frombuffer(name.encode(), np.uint8)


@inlined
def _big_endian(data: Bytes, at: _Int, width: _Int) -> _Int:
    number = np.int64(0)
    for place in range(width):
        number = (number << 8) | np.int64(data[at + place])
    return number


@inlined
def _after(data: Bytes, at: _Int, end: _Int) -> _Int:
    """Return where the MessagePack value at `at` ends, all that it contains included."""
    pending = np.int64(1)
    while pending > 0 and at < end:
        kind = np.int64(data[at])
        at += 1
        pending -= 1
        if kind < _FIX_MAP or kind >= _NEGATIVE:
            continue
        if kind < _FIX_ARRAY:
            pending += 2 * (kind - _FIX_MAP)
        elif kind < _FIX_TEXT:
            pending += kind - _FIX_ARRAY
        elif kind < _NIL:
            at += kind - _FIX_TEXT
        elif kind >= _ARRAY_16:
            width = 2 << (kind & 1)
            pending += _big_endian(data, at, width) * (2 if kind >= _MAP_16 else 1)
            at += width
        elif kind >= _TEXT_8:
            width = 1 << (kind - _TEXT_8)
            at += width + _big_endian(data, at, width)
        elif kind >= _UINT_8:
            at += 1 << (kind & 3)
    return at


@inlined
def _number(data: Bytes, at: _Int) -> _Int:
    """Return the integer at `at`, 0 for one below 0."""
    kind = np.int64(data[at])
    if kind < _FIX_MAP:
        return kind
    if _UINT_8 <= kind < _UINT_8 + 4:
        return _big_endian(data, at + 1, 1 << (kind & 3))
    return np.int64(0)


@inlined
def _text_head(data: Bytes, at: _Int) -> _Int:
    """Return how many bytes lead the text at `at`; 0 when it is none."""
    kind = np.int64(data[at])
    if _FIX_TEXT <= kind < _NIL:
        return np.int64(1)
    if _TEXT_8 <= kind <= _TEXT_32:
        return np.int64(1 + (1 << (kind - _TEXT_8)))
    return np.int64(0)


@compiled
def _find(
    data: Bytes,
    at: IntArray,
    size: IntArray,
    name: Bytes,
    newest: IntArray,
    text_at: IntArray,
    text_size: IntArray,
) -> None:
    """Look the field up in each blob: raise `newest` to its time, note where its text is.

    A blob is a map of at most 15 entries with short keys, each to an array of time and value.
    """
    for row in range(len(at)):
        place, end = at[row], at[row] + size[row]
        fields = np.int64(data[place]) & 15 if size[row] else np.int64(0)
        place += 1
        for _ in range(fields):
            key, key_size = place + 1, np.int64(data[place]) & 31
            when = key + key_size + 1
            value = _after(data, when, end)
            place = _after(data, value, end)
            if key_size != len(name):
                continue
            same = True
            for letter in range(key_size):
                same &= data[key + letter] == name[letter]
            if same:
                newest[row] = max(newest[row], _number(data, when))
                head = _text_head(data, value)
                if head:
                    text_at[row], text_size[row] = value + head, place - value - head
