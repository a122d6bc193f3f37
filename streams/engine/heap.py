"""Memory that nobody needs any more, given back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import time

__all__ = ["give_back_freed", "keep_giving_back", "look_no_more"]

INTERVAL_S = 5.0
BUSY = 0.25
"""Share of a core above which a worker will soon need what it has freed."""
LONGEST_S = 60.0
"""A busy worker gives back this often all the same."""


def give_back_freed() -> None:
    """Give whole free pages back, wherever they lie; only glibc can, elsewhere nothing happens.

    Batches, fetches and transactions come and go in pieces of all sizes; what lies below the last
    piece in use is otherwise kept for good.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def look_no_more() -> None:
    """Collect cycles, and leave out what is there now whenever they are looked for again.

    Modules and kernels are hundreds of thousands of objects; to look through those stops everything
    for a quarter of a second each time.
    """
    gc.collect()
    gc.freeze()


async def keep_giving_back() -> None:
    """Collect cycles and give back, now and then; the latter in a thread: it takes milliseconds.

    Python looks for cycles after so many new objects, and columns are few objects and many bytes:
    a failed request's frames would keep a whole fetch for hours. What is there at the start is not
    looked at again. Pages that are asked for again are emptied by the system first, which can
    cost as much as the work itself: so a busy worker seldom gives back.
    """
    look_no_more()
    spent_s, kept_s = time.process_time(), 0.0
    try:
        while True:
            await asyncio.sleep(INTERVAL_S)
            gc.collect()
            spent_s, before_s = time.process_time(), spent_s
            kept_s += INTERVAL_S
            if spent_s - before_s < BUSY * INTERVAL_S or kept_s >= LONGEST_S:
                await asyncio.to_thread(give_back_freed)
                kept_s = 0.0
    finally:
        gc.unfreeze()
