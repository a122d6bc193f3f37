"""Columns as compressed batches, each of which holds the more, the better they shrink."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from features.headed_records import HeadedRecords
from streams.raw.laid_out_batch import LaidOutBatch
from streams.raw.record_writing import Layout

__all__ = ["filled_batches"]

_ROOM, _FULL = 4, 2
"""The next batch may hold twice as much where this one could be `_ROOM` times as large, and half as
much where it could not be `_FULL` times as large."""


def filled_batches(
    chunks: Iterable[HeadedRecords], now_ms: int, codec: int, most_bytes: int, most_laid_out: int
) -> Iterator[LaidOutBatch]:
    """Yield batches of chunks, one behind the other: each is a request to the broker.

    Parameters
    ----------
    now_ms, codec : as of `LaidOutBatch`.
    most_bytes : of a batch as it is sent; a single record may be larger.
    most_laid_out : of a batch before it is compressed, at least `most_bytes`.
    """
    layout, most = Layout(chunks), most_bytes
    while layout:
        buffer, count = layout.batch(most)
        batch = LaidOutBatch(buffer, count, now_ms, codec=codec)
        if batch.size() > most_bytes and most > most_bytes:
            most = most_bytes
            continue
        yield batch
        layout.advance(count)
        if batch.size() * _ROOM <= most_bytes:
            most = min(2 * most, most_laid_out)
        elif batch.size() * _FULL > most_bytes:
            most = max(most // 2, most_bytes)
