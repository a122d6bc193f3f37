"""What a stream says about its content, as one text for the embedder."""

from __future__ import annotations

from features.contracts import StreamRecord

__all__ = ["stream_text"]

_PRODUCTS = 5
_DESCRIPTION_MAX = 400


def stream_text(record: StreamRecord) -> str:
    """Return title, category, tags, the first five products' names, and the description's start.

    >>> stream_text(StreamRecord(stream_id="s", ts=0, status="live", title="口红", tags=["彩妆"]))
    '口红 彩妆'
    """
    parts = [record.title, record.category, *(record.tags or [])]
    parts += [product.name for product in (record.products or [])[:_PRODUCTS]]
    parts.append((record.description or "")[:_DESCRIPTION_MAX])
    return " ".join(part for part in parts if part)
