"""What was decided and is not yet in Kafka: a bound on the memory that it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Backlog"]

MOST_BYTES = 384 << 20
"""Two partitions of 100,000 reminders each fit, so that one is sent while the next decides."""


class Backlog:
    """The bytes of the transactions that a worker is writing, over all partitions.

    A stream may have a million reminders due at once. If every partition rendered its own before
    the first is written, they would take gigabytes, which the system has to empty first.

    Parameters
    ----------
    most_bytes : while there are more, nobody else should decide. One partition may be above.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._freed = asyncio.Event()

    async def room(self) -> None:
        """Wait until there are few enough; who decides then, without waiting for more, may."""
        while self._bytes > self._most:
            self._freed.clear()
            await self._freed.wait()

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count these bytes until the block ends."""
        self._bytes += size
        try:
            yield
        finally:
            self._bytes -= size
            self._freed.set()
