"""How the C library asks for memory: rarely, since empty pages cost more than copying does."""

from __future__ import annotations

import ctypes

__all__ = ["keep_freed"]

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGEST_KEPT = 32 << 20
"""Pieces above this have pages of their own, as glibc would have it at most."""
_MOST_KEPT = 512 << 20


def keep_freed() -> None:
    """Have what is freed kept for what comes next; only glibc can, elsewhere nothing happens.

    Call it before there are threads: those that come later share one heap. By itself glibc gives
    them heaps of their own, whose ends it would keep for good.

    Columns of a decision, records and batches are some megabytes each and live for milliseconds.
    By itself glibc maps them one by one, or gives them back whenever the heap's end is free, and
    each page that comes anew is emptied by the system first. What nobody needs any more after some
    seconds goes back all the same (`streams.engine.heap`).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT)
        mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
        mallopt(_M_ARENA_MAX, 1)
