"""Memory that was freed, and that the C library keeps, given back to the system."""

from __future__ import annotations

import asyncio
import ctypes

__all__ = ["give_back_freed", "keep_giving_back"]

INTERVAL_S = 30.0


def give_back_freed() -> None:
    """Give whole free pages back, wherever they lie; only glibc can, elsewhere nothing happens.

    Batches, fetches and transactions come and go in pieces of all sizes; what lies below the last
    piece in use is otherwise kept for good.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


async def keep_giving_back() -> None:
    """Do so now and then, in a thread, since it takes some milliseconds."""
    while True:
        await asyncio.sleep(INTERVAL_S)
        await asyncio.to_thread(give_back_freed)
