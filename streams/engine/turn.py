"""Whose turn it is: the partitions of a worker decide one after another.

A decision takes the event loop for itself, and so does the next one. So whoever has decided keeps
its turn until the broker holds its reminders: that takes a few turns of the loop, in which what was
fetched for the others is taken over too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

__all__ = ["Turn"]

PassOn = Callable[[], None]
HELD_OF_SECOND_S = 0.4
"""All partitions of a worker together hold their turns no longer for their reminders' sake."""


class Turn:
    """One turn for all partitions of a worker.

    Parameters
    ----------
    sharers : how many partitions there are.
    """

    def __init__(self, sharers: Callable[[], int]) -> None:
        self._lock = asyncio.Lock()
        self._sharers = sharers

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[PassOn]:
        """Wait for the turn; yield what passes it on, which the end of the block does at last."""
        await self._lock.acquire()
        held = [self._lock]

        def pass_on() -> None:
            if held:
                held.pop().release()

        try:
            yield pass_on
        finally:
            pass_on()

    def pass_on_soon(self, pass_on: PassOn) -> None:
        """Pass the turn on before long, whatever the broker does."""
        longest_s = HELD_OF_SECOND_S / max(self._sharers(), 1)
        asyncio.get_running_loop().call_later(longest_s, pass_on)
