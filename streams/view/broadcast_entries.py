"""Streams and models as entries of the view."""

from __future__ import annotations

import msgspec

from features.contracts import StreamRecord
from online_models.snapshot import ModelSnapshot
from reminders.board import Board
from streams.view.keys import ViewKeys
from streams.view.script import Entries

__all__ = ["model_entries", "stream_entries"]

_TEXTS = (
    *("stream_id", "status", "host_id", "host_name", "title", "category", "description"),
    "deeplink",
)
_NUMBERS = ("ts", "start_ts", "end_ts", "max_invites")
_LISTS = ("tags", "products", "covers")


def stream_entries(
    stream_id: str, board: Board, keys: ViewKeys, ttl_s: int, now_ms: int
) -> tuple[str, str, str, str, Entries]:
    """Return (id, key, start_ts or "", seconds to keep it, fields); no fields: forget it.

    `ttl_s` counts from the start on when that is still to come.
    """
    stream = board.get(stream_id)
    if stream is None:
        return stream_id, keys.stream(stream_id), "", "", []
    record = stream.record
    start_ts = record.start_ts or 0
    kept_s = ttl_s + max(0, start_ts - now_ms) // 1_000
    scheduled = str(start_ts) if stream.is_scheduled else ""
    return stream_id, keys.stream(stream_id), scheduled, str(kept_s), _fields(record)


def _fields(record: StreamRecord) -> Entries:
    fields: Entries = []
    for name in _TEXTS:
        text = getattr(record, name)
        if text is not None:
            fields += (name, text)
    for name in _NUMBERS:
        number = getattr(record, name)
        if number is not None:
            fields += (name, str(number))
    for name in _LISTS:
        items = getattr(record, name)
        if items:
            fields += (name, msgspec.json.encode(items).decode())
    return fields


def model_entries(snapshot: ModelSnapshot) -> Entries:
    """Return the fields of the model's hash."""
    return [
        *("version", str(snapshot.version), "stamp_ts", str(snapshot.stamp_ts)),
        *("metrics", msgspec.json.encode(snapshot.metrics).decode()),
    ]
