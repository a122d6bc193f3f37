"""After a silence a partition first hears what was said meanwhile, and decides only then."""

from __future__ import annotations

import asyncio
import math
import time

from streams.engine.arrivals import Arrivals
from streams.engine.listener import Listener
from streams.engine.shared import Shared

__all__ = ["CatchingUp"]

SILENCE_S = 3.0
"""Decisions come every second; after so long without one, much may have been said unheard."""
STALL_S = 1.0
"""What other partitions were brought before may take a while to be handed on."""


class CatchingUp:
    """Whether a partition has heard, on the wall clock, what its inputs held a moment ago.

    A worker that starts, takes a partition over, was suspended or cut off from Kafka knows what was
    said before that. It would remind people who have withdrawn their consent since. So it asks
    where the inputs and `streams` end, and decides nothing before it has come so far; meanwhile it
    commits what it applies.

    Parameters
    ----------
    number : user partition.
    arrivals : what was fetched for it.
    """

    def __init__(self, number: int, shared: Shared, listener: Listener, arrivals: Arrivals) -> None:
        self._number = number
        self._shared = shared
        self._listener = listener
        self._arrivals = arrivals
        self._heard_s = -math.inf
        self._hearing: asyncio.Task[None] | None = None

    @property
    def going_on(self) -> bool:
        """Whether what was said meanwhile is still being fetched."""
        return self._hearing is not None and not self._hearing.done()

    def done(self) -> bool:
        """Whether it may be decided now, once all that has been taken over is applied."""
        now_s = time.monotonic()
        if self._hearing is None and now_s - self._heard_s > SILENCE_S:
            self._hearing = asyncio.create_task(self._hear())
        if self._hearing is not None:
            if not self._hearing.done():
                return False
            self._hearing.result()
            self._hearing = None
        self._heard_s = now_s
        return True

    def stop(self) -> None:
        """Hear nothing more."""
        if self._hearing is not None:
            self._hearing.cancel()

    async def _hear(self) -> None:
        topics, feed = self._shared.topics, self._shared.feed
        inputs = [(topic, self._number) for topic in topics.user_inputs]
        ends = await self._listener.committed_heads.of([(topics.streams, 0), *inputs])
        known = ends.pop((topics.streams, 0))
        await self._listener.heard.until(lambda: feed.next >= known)
        await asyncio.gather(
            *(self._arrivals.reach(topic, end, STALL_S) for (topic, _), end in ends.items())
        )
