"""Memory that nobody needs any more, given back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import gc

__all__ = ["give_back_freed", "keep_giving_back"]

INTERVAL_S = 5.0


def give_back_freed() -> None:
    """Give whole free pages back, wherever they lie; only glibc can, elsewhere nothing happens.

    Batches, fetches and transactions come and go in pieces of all sizes; what lies below the last
    piece in use is otherwise kept for good.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


async def keep_giving_back() -> None:
    """Collect cycles and do so, now and then; the latter in a thread, since it takes milliseconds.

    Python looks for cycles after so many new objects, and columns are few objects and many bytes:
    a failed request's frames would keep a whole fetch for hours. What is there at the start,
    modules and kernels, is not looked at again: that would stop everything for a quarter of a
    second each time.
    """
    gc.collect()
    gc.freeze()
    try:
        while True:
            await asyncio.sleep(INTERVAL_S)
            gc.collect()
            await asyncio.to_thread(give_back_freed)
    finally:
        gc.unfreeze()
