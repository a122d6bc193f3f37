"""Single fields of many profile blobs at once, read where they stand without decoding the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.compiled import compiled
from features.hashing import IntArray
from features.packed import ARRAY, MAP, TEXT, head, natural, value_end
from features.profile_blob import PROFILE_FIELDS
from features.texts import Texts
from features.words import Bytes

__all__ = ["newest_ts", "texts_of"]


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


def _columns(blobs: Texts, name: str) -> tuple[Bytes, IntArray, IntArray, int]:
    return blobs.data, blobs.at, blobs.size, PROFILE_FIELDS.index(name)


@compiled
def _find(
    data: Bytes,
    blob_at: IntArray,
    blob_size: IntArray,
    field: int,
    newest: IntArray,
    text_at: IntArray,
    text_size: IntArray,
) -> None:
    """Look the field up in each blob: raise `newest` to its time, note where its text is."""
    for row in range(len(blob_at)):
        at, end = blob_at[row], blob_at[row] + blob_size[row]
        kind, parts, at = head(data, at, end)
        if kind != ARRAY:
            continue
        for _ in range(parts // 2):
            when = at
            kind, fields, at = head(data, value_end(data, at, end), end)
            if kind != MAP:
                break
            for _ in range(fields):
                if at < 0 or at >= end:
                    break
                code, value = data[at], at + 1
                at = value_end(data, value, end)
                if code != field or at < 0:
                    continue
                newest[row] = max(newest[row], natural(data, when, end))
                kind, size, start = head(data, value, end)
                if kind == TEXT:
                    text_at[row], text_size[row] = start, size
